// Which updates of a group the last refusals have narrowed the trouble down to, and so how many the next run gets. Runs nothing, sets nothing aside.
using Floodd.Config;

namespace Floodd.Core;

/// <summary>
/// The search for what the export command refuses. Of a bundle that was refused the first half is tried, then half of what is left of it,
/// until one update is alone. When it is found, or all that was suspected has been taken after all, bundles grow again: each twice the
/// one before, up to the size of the one that was refused; then there is no limit any more.
/// </summary>
internal sealed class Suspects
{
    private Bundle? _refused;
    private int _left;
    private int _most = int.MaxValue;
    private int _whole;

    /// <summary>The most updates that the next run gets; <see cref="int.MaxValue"/> for as many as a bundle holds.</summary>
    public int CountMax => _refused is null ? _most : Math.Max(1, _left / 2);

    /// <summary>Whether there are updates to be tried before all others.</summary>
    public bool Any => _refused is not null;

    /// <summary>Whether updates of a stream are suspected and still to be handed out: then it is not in line.</summary>
    public bool Hold(SegmentStream stream) => _refused is not null && _refused.Ends.Exists(e => e.Stream == stream && IsLeft(e));

    /// <summary>The next bundle.</summary>
    public Bundle Next(Group group, Queue<SegmentStream> line, LocalDefinition local) => _refused is null
        ? Bundle.Gather(group, line, local.BundleMax, local.Export.Format, _most)
        : _refused.FirstOf(group, CountMax, local.Export.Format);

    /// <summary>What is suspected may have been passed over, as the neighbors remember it as exported: when that is all, nothing is suspected any more.</summary>
    /// <returns>The streams that were suspected before and no longer are; some may be in line already.</returns>
    public List<SegmentStream> EndIfPassed() => _refused is null || _refused.Ends.Exists(IsLeft) ? [] : Clear();

    /// <summary>A bundle was refused: what is wrong is in it.</summary>
    /// <returns>The streams that were suspected before and no longer are; some may be in line already.</returns>
    public List<SegmentStream> Refused(Bundle bundle)
    {
        List<SegmentStream> cleared = Beside(bundle);
        (_refused, _left) = (bundle, bundle.Count);
        if (bundle.Count > 1)
        {
            _whole = Math.Max(_whole, bundle.Count);
            _most = 1;
        }

        return cleared;
    }

    /// <summary>A bundle was taken, or set aside.</summary>
    /// <returns>The streams that were suspected before and no longer are; some may be in line already.</returns>
    public List<SegmentStream> Done(Bundle bundle)
    {
        List<SegmentStream> cleared = [];
        if (_refused is not null)
        {
            _left -= bundle.Count;
            if (_left > 0)
            {
                return cleared;
            }

            cleared = Beside(bundle);
            _refused = null;
        }

        if (_most != int.MaxValue)
        {
            bool over = _most >= _whole / 2;
            (_most, _whole) = over ? (int.MaxValue, 0) : (_most * 2, _whole);
        }

        return cleared;
    }

    /// <summary>Nothing is suspected any more.</summary>
    /// <returns>The streams that were; some may be in line already.</returns>
    public List<SegmentStream> Clear()
    {
        List<SegmentStream> cleared = _refused is null ? [] : _refused.Ends.ConvertAll(e => e.Stream);
        (_refused, _left, _most, _whole) = (null, 0, int.MaxValue, 0);
        return cleared;
    }

    private static bool IsLeft(BundleEnd end) => end.Stream.ExportNext <= end.Through;

    private List<SegmentStream> Beside(Bundle bundle) =>
        _refused is null ? [] : _refused.Ends.ConvertAll(e => e.Stream).FindAll(s => !bundle.Ends.Exists(e => e.Stream == s));
}
