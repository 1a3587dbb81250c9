// Between the numbers of sites on a link and their places in the tables of a group's marks: looked up once, not for each mark.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Core;

/// <summary>A group's members, and who else has a place in it, as both ends of a link number them.</summary>
internal sealed class NumberedPlaces(Link link, Group group)
{
    private const int NotLookedUp = -2;

    private readonly List<int> _numbers = [];
    private readonly List<int> _places = [];
    private int _numbersVersion = -1, _placesVersion = -1;

    /// <summary>The number of who has a place, once <see cref="Name"/> was called; -1 if that is vacant.</summary>
    public int NumberOf(int place) => _numbers[place];

    /// <summary>Before marks are told: tells the other end the numbers of those who have had none.</summary>
    public void Name()
    {
        if (_numbersVersion == group.Places.Version)
        {
            return;
        }

        _numbersVersion = group.Places.Version;
        _numbers.Clear();
        var named = new List<SiteName>();
        for (int place = 0; place < group.Places.Count; place++)
        {
            bool isNew = false;
            _numbers.Add(group.Places.At(place).Name is { } site ? link.Sites.NumberOf(site, out isNew) : -1);
            if (isNew)
            {
                named.Add(group.Places.At(place).Name!.Value);
            }
        }

        DeliveryFrames.WriteNames(link.Out, named);
    }

    /// <summary>The place of the site that the other end means by a number, which it takes now if it had none; -1 if there is none for it.</summary>
    public int PlaceOf(int number, Instant now)
    {
        if (_placesVersion != group.Places.Version)
        {
            _placesVersion = group.Places.Version;
            _places.Clear();
        }

        while (_places.Count <= number)
        {
            _places.Add(NotLookedUp);
        }

        if (_places[number] != NotLookedUp)
        {
            return _places[number];
        }

        int place = group.PlaceOf(link.Sites.SiteOf(number), now);
        if (_placesVersion == group.Places.Version)
        {
            // Nobody has taken a place for that.
            _places[number] = place;
        }

        return place;
    }
}
