// What was flooded and which id it got: the truth that exports are compared with. Never learns from an export what was flooded.
using System.Runtime.InteropServices;

namespace Floodd.Tests.Simulation;

/// <summary>All updates ever handed in.</summary>
internal sealed class Ledger
{
    private readonly List<Flooded> _all = [];
    private readonly Dictionary<UpdateKey, Flooded> _byKey = [];
    private readonly Dictionary<(ulong, int), List<Flooded>> _byContent = [];
    private readonly Dictionary<(int Group, string Key), List<Flooded>> _byClientKey = [];
    private int _answeredUpTo;

    /// <summary>All of them, by number.</summary>
    public ReadOnlySpan<Flooded> All => CollectionsMarshal.AsSpan(_all);

    /// <summary>The number that the next one gets.</summary>
    public long NextNumber => _all.Count;

    /// <summary>How many got a receipt.</summary>
    public int AcceptedCount { get; private set; }

    /// <summary>Whether every flood was answered: receipt, refusal or lost session.</summary>
    public bool AllAnswered
    {
        get
        {
            while (_answeredUpTo < _all.Count && _all[_answeredUpTo].IsAnswered)
            {
                _answeredUpTo++;
            }

            return _answeredUpTo == _all.Count;
        }
    }

    public Flooded this[long number] => _all[(int)number];

    public void Add(Flooded flooded)
    {
        _all.Add(flooded);
        ref List<Flooded>? same = ref CollectionsMarshal.GetValueRefOrAddDefault(_byContent, (flooded.Digest, flooded.Length), out _);
        (same ??= []).Add(flooded);
        if (flooded.ClientKey is { } clientKey)
        {
            ref List<Flooded>? sharing = ref CollectionsMarshal.GetValueRefOrAddDefault(_byClientKey, (flooded.Group, clientKey), out _);
            (sharing ??= []).Add(flooded);
        }
    }

    /// <summary>All floods under the key of one, itself included; only itself if it has none.</summary>
    public IReadOnlyList<Flooded> SharingKeyWith(Flooded flooded) =>
        flooded.ClientKey is { } clientKey ? _byClientKey[(flooded.Group, clientKey)] : [flooded];

    /// <summary>A site has taken responsibility for an update, under an id.</summary>
    public void Accept(Flooded flooded, UpdateKey key, long now)
    {
        if (key.Origin != flooded.Origin || key.Group != flooded.Group)
        {
            throw new ViolationException($"the receipt of {flooded} names another origin or group");
        }

        if (flooded.Halved)
        {
            throw new ViolationException($"{flooded} got a receipt, but its client had vanished");
        }

        if (_byKey.TryGetValue(key, out Flooded? other) && other != flooded)
        {
            if (other.IsAccepted || !other.HasSameBytesAs(flooded))
            {
                throw new ViolationException($"{flooded} and {other} have one id");
            }

            other.ExchangeExportsWith(flooded);
            other.Key = flooded.Key;
            if (other.Key is { } freed)
            {
                _byKey[freed] = other;
            }
        }
        else if (flooded.Key is { } early && early != key)
        {
            throw new ViolationException($"the receipt of {flooded} names another id than its export did");
        }

        flooded.Key = key;
        flooded.AcceptedAt = now;
        _byKey[key] = flooded;
        AcceptedCount++;
    }

    /// <summary>The update that has an id by now: a receipt may have told more than an export could guess among updates of equal bytes.</summary>
    public Flooded NowUnder(UpdateKey key, Flooded guessed) => _byKey.GetValueOrDefault(key, guessed);

    /// <summary>The update that was exported under an id, which it gets if its receipt was not there yet; null if none such was flooded.</summary>
    public Flooded? Find(UpdateKey key, ReadOnlySpan<byte> bytes)
    {
        ulong digest = Digest.Of(bytes);
        if (_byKey.TryGetValue(key, out Flooded? known))
        {
            return known.Length == bytes.Length && known.Digest == digest ? known : null;
        }

        if (_byContent.TryGetValue((digest, bytes.Length), out List<Flooded>? same))
        {
            foreach (Flooded flooded in same)
            {
                if (flooded.Key is null && flooded.Group == key.Group && flooded.Origin == key.Origin && !flooded.IsRefused && !flooded.Halved)
                {
                    flooded.Key = key;
                    _byKey.Add(key, flooded);
                    return flooded;
                }
            }
        }

        return null;
    }
}
