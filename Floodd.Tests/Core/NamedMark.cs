// A mark with whose it is, as tests speak of them: on a link its site is a number.
using Floodd.Model;
using Floodd.Wire;

namespace Floodd.Tests.Core;

/// <summary>A site's mark.</summary>
internal readonly record struct NamedMark(SiteName Site, long Exported, long Released, bool Start)
{
    public DeliveryMark Mark => new(Exported, Released, Start);
}
