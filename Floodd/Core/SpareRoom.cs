// Arrays that sessions borrow, for long replies and to join what they read: a few for all of them, as each needs one for a moment only. Never more are kept than that.
namespace Floodd.Core;

/// <summary>Large arrays that nobody uses now.</summary>
internal sealed class SpareRoom
{
    /// <summary>How large each is, in bytes: below what the collector treats as large, which it gives back late.</summary>
    public const int ArrayBytes = 64 * 1024;

    private const int KeptMax = 16;
    private const int JoinKeptMax = 512 * 1024;

    private readonly Stack<byte[]> _kept = new(KeptMax);
    private byte[]? _join;

    /// <summary>An array, whose bytes are anything.</summary>
    public byte[] Take() => _kept.TryPop(out byte[]? one) ? one : GC.AllocateUninitializedArray<byte>(ArrayBytes);

    /// <summary>Takes an array back, if it is one of these and there is need of it.</summary>
    public void Give(byte[] one)
    {
        if (one.Length == ArrayBytes && _kept.Count < KeptMax)
        {
            _kept.Push(one);
        }
    }

    /// <summary>Room for the rest of one read and the next read.</summary>
    /// <param name="bytes">How much at least.</param>
    public byte[] Join(int bytes)
    {
        byte[]? one = _join;
        _join = null;
        return one is not null && one.Length >= bytes ? one : GC.AllocateUninitializedArray<byte>(Math.Max(bytes, ArrayBytes));
    }

    /// <summary>Takes such room back.</summary>
    public void Joined(byte[] one) => _join = one.Length > JoinKeptMax || _join?.Length > one.Length ? _join : one;
}
