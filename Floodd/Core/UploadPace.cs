// How slowly an update may come in from a client. It takes nothing in itself.
using Floodd.Client.Protocol;
using Floodd.Model;

namespace Floodd.Core;

internal sealed class UploadPace(SiteCore core)
{
    /// <summary>The whole of an update has so much time, and a second more for so many bytes.</summary>
    private const int WholeBytesPerSecond = 500;

    private static readonly TimeSpan WholeTime = TimeSpan.FromSeconds(30);

    /// <summary>An update that has stood still for so long yields its room when the store is nearly full.</summary>
    private static readonly TimeSpan StillTime = TimeSpan.FromSeconds(5);

    private readonly SiteState _state = core.State;

    /// <summary>Ends sessions whose update comes too slowly: who says how much will come has to send it at some pace; who types lines has not, but not for ever.</summary>
    public void Check(IReadOnlyCollection<Session> sessions)
    {
        foreach (Session session in sessions.Where(s => s is { Upload: { } upload, Pause: SessionPause.None, Closing: false } && IsSlow(s, upload)).ToList())
        {
            _state.Counters.UpdatesSlow++;
            core.Desk.Dismiss(session, ReplyCode.Busy, "the update comes too slowly");
        }
    }

    private bool IsSlow(Session session, Upload upload)
    {
        TimeSpan time = _state.Now - upload.Begun;
        long size = upload.Size >= 0 ? upload.Size : upload.Group?.Definition.MaxUpdateSize ?? 0;
        return (upload.Size >= 0 && upload.Received < _state.Local.Access.UploadRateMin * (time - _state.Local.Access.UploadGrace).TotalSeconds)
            || time > WholeTime + TimeSpan.FromSeconds((double)size / WholeBytesPerSecond)
            || (upload.Charged > 0 && _state.Now - session.LastHeard > StillTime && _state.Store.Charged > _state.Store.Max / 4 * 3);
    }
}
