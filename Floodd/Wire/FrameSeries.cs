// Many small things put on a link one behind the other, in as few frames as hold them. Knows nothing of what they are.
namespace Floodd.Wire;

/// <summary>Frames of one kind, each begun with the first thing that is to stand in it and ended when it is full.</summary>
/// <param name="writer">Where they go.</param>
/// <param name="kind">Their kind.</param>
internal struct FrameSeries(FieldWriter writer, FrameKind kind)
{
    private bool _open;

    /// <summary>Something more comes.</summary>
    /// <returns>Whether the caller is to begin a frame for it first.</returns>
    public bool NeedsFrame()
    {
        if (_open && writer.FrameLength <= WireLimits.FrameAim)
        {
            return false;
        }

        End();
        _open = true;
        return true;
    }

    /// <summary>Nothing more comes, or not yet.</summary>
    public void End()
    {
        if (_open)
        {
            writer.EndFrame(kind);
            _open = false;
        }
    }
}
