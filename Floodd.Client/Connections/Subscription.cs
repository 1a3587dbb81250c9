// One subscription: begins, is interrupted, goes on behind the last update that its reader has got. Never yields an update twice or loses one without a word.
using Floodd.Client.Protocol;
using Microsoft.Extensions.Logging;

namespace Floodd.Client.Connections;

/// <summary>The updates of a group from a position on, for one reader.</summary>
/// <param name="options">Where and how to connect.</param>
/// <param name="start">Which of the endpoints is tried first.</param>
/// <param name="group">The group, or null for the only one.</param>
/// <param name="from">From where on.</param>
/// <param name="onGap">Told of what can no longer be had.</param>
/// <param name="log">Told of lost connections.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class Subscription(
    FlooddClientOptions options, int start, string? group, FloodPosition from, Action<FloodGap>? onGap, ILogger log, CancellationToken cancellation) : IDisposable
{
    private readonly BackOff _backOff = new(options.BackOffFirst, options.BackOffMax);
    private Track _track = new(from);
    private Feed? _feed;
    private List<FloodGap>? _missed;
    private TimeSpan _wait;
    private bool _begun;
    private int _next = start;
    private int _refusalCount;
    private int _brokenCount;

    /// <summary>Where the reader stands.</summary>
    public FloodPosition Position => _track.Position;

    /// <summary>The next update.</summary>
    /// <exception cref="FlooddException">The subscription is refused for good, or its first attempt reached nobody.</exception>
    public async ValueTask<FloodUpdate> NextAsync()
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_feed is null)
            {
                await BeginAsync().ConfigureAwait(false);
            }

            Incoming incoming;
            try
            {
                incoming = await _feed!.NextAsync().ConfigureAwait(false);
            }
            catch (FlooddException e) when (e.IsTransient)
            {
                Interrupt(e);
                continue;
            }

            if (_wait > TimeSpan.Zero && incoming.Reply is null or { IsGood: true })
            {
                // Whoever only sends us away is not come back to any sooner.
                _backOff.Reset();
                _wait = TimeSpan.Zero;
            }

            if (incoming.Update is { } update)
            {
                if (IsNew(update.Id))
                {
                    update.Place(_track.Stretch, _missed is null ? Array.Empty<FloodGap>() : _missed);
                    _missed = null;
                    FlooddTelemetry.Yielded(update.Group);
                    return update;
                }
            }
            else if (incoming.Gap is { } gap)
            {
                Miss(gap);
            }
            else if (incoming.Reply is { IsGood: false } reply)
            {
                // The daemon ends the session (421): its closing follows.
                log.LogInformation("subscription to {Group}: {Code} {Text}", group, reply.Code, reply.Text);
            }
        }
    }

    /// <summary>Connects and subscribes, if it is not done; over any endpoint, again and again if the subscription had begun before.</summary>
    /// <exception cref="FlooddException">As above.</exception>
    public async Task BeginAsync()
    {
        for (; _feed is null; _next = (_next + 1) % options.Endpoints.Length)
        {
            bool greeted = false;
            try
            {
                await Task.Delay(_wait, options.TimeProvider, cancellation).ConfigureAwait(false);
                Connection connection = await Connection.OpenAsync(options, _next, cancellation).ConfigureAwait(false);
                greeted = true;
                _feed = await Feed.BeginAsync(options, connection, group, _track.Position, log, cancellation).ConfigureAwait(false);
            }
            catch (FlooddException e) when (IsPassing(e, greeted))
            {
                Interrupt(e);
                continue;
            }

            _begun = true;
            _refusalCount = 0;

            // From here on every stream is named, so that what was there before "now" is not mistaken for unseen.
            _track = _feed.Begun is { } position ? new Track(_track.Position.AndAll(position)) : _track;
            log.LogInformation("subscription to {Group} at {Endpoint}", group, _feed.Endpoint);
        }
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _feed?.Dispose();

    /// <summary>
    /// Whether the next attempt may fare better: at first not if nobody is there, or if connections break that had been greeted, as often as there are
    /// endpoints and once more; afterwards the subscription outlives any outage.
    /// </summary>
    private bool IsPassing(FlooddException e, bool greeted)
    {
        if (e.IsTransient)
        {
            return _begun || !e.IsUnreachable || !options.RequireInitialConnect || (greeted && ++_brokenCount <= options.Endpoints.Length);
        }

        // Another endpoint may be a member of the group where this one is not, or is no longer.
        return _begun && e.Code is ReplyCode.NoSuch or ReplyCode.WrongArguments or ReplyCode.NotAllowed && ++_refusalCount < options.Endpoints.Length;
    }

    private void Interrupt(FlooddException reason)
    {
        _feed?.Dispose();
        _feed = null;
        _wait = _backOff.Next();
        log.LogInformation("subscription to {Group} interrupted at {Position}, again in {Wait}: {Reason}", group, Position, _wait, reason.Message);
    }

    private bool IsNew(FloodId id)
    {
        bool? isNew = _track.Step(id);
        if (isNew is null)
        {
            _track = new Track(_track.Position.After(id));
        }

        return isNew != false;
    }

    private void Miss(FloodGap gap)
    {
        long last = _track.LastOf(gap.First) ?? 0;
        if (last >= gap.Last)
        {
            return;
        }

        // Another site may have lost more than what is still wanted.
        FloodGap rest = last < gap.First.Sequence ? gap : gap with { First = gap.First with { Sequence = last + 1 } };
        IsNew(gap.First with { Sequence = gap.Last });
        log.LogWarning("updates {First} to {Last} of {Group} can no longer be had", rest.First, rest.Last, rest.Group);
        (_missed ??= []).Add(rest);
        onGap?.Invoke(rest);
    }
}
