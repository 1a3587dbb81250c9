// Frames as the writers write them, whole, cut, bent and made up: the reader gives what was written, or nothing.
using System.Buffers.Binary;
using Floodd.Model;
using Floodd.Wire;
using NUnit.Framework;

namespace Floodd.Tests.Wire;

internal sealed class FrameTests
{
    [TestCaseSource(typeof(Samples), nameof(Samples.Kinds))]
    public void A_frame_read_whole_is_what_was_written(FrameKind kind)
    {
        byte[] frame = Samples.Of(kind);
        FrameStatus status = Frame.Read(frame, out FrameKind read, out ReadOnlySpan<byte> payload, out int consumed, out string fault);
        string? content = Samples.Content(kind, payload);
        Assert.Multiple(() =>
        {
            Assert.That(status, Is.EqualTo(FrameStatus.Whole), fault);
            Assert.That(read, Is.EqualTo(kind));
            Assert.That(consumed, Is.EqualTo(frame.Length));
            Assert.That(content, Is.Not.Null);
        });
    }

    [TestCaseSource(typeof(Samples), nameof(Samples.Kinds))]
    public void A_frame_cut_anywhere_needs_more(FrameKind kind)
    {
        byte[] frame = Samples.Of(kind);
        for (int length = 0; length < frame.Length; length++)
        {
            Assert.That(Frame.Read(frame.AsSpan(0, length), out _, out _, out int consumed, out _), Is.EqualTo(FrameStatus.NeedMore), $"cut at {length}");
            Assert.That(consumed, Is.Zero);
        }
    }

    [TestCaseSource(typeof(Samples), nameof(Samples.Kinds))]
    public void What_stands_behind_a_frame_is_left_alone(FrameKind kind)
    {
        byte[] frame = Samples.Of(kind);
        byte[] two = [.. frame, .. Samples.Of(FrameKind.Ping)];
        Frame.Read(two, out _, out ReadOnlySpan<byte> payload, out int consumed, out _);
        Assert.That(consumed, Is.EqualTo(frame.Length));
        Assert.That(payload.Length, Is.EqualTo(frame.Length - Frame.HeadSize));
        Assert.That(Frame.Read(two.AsSpan(consumed), out FrameKind next, out _, out _, out _), Is.EqualTo(FrameStatus.Whole));
        Assert.That(next, Is.EqualTo(FrameKind.Ping));
    }

    [TestCaseSource(typeof(Samples), nameof(Samples.Kinds))]
    public void A_bit_flipped_anywhere_is_noticed(FrameKind kind)
    {
        byte[] frame = Samples.Of(kind);

        // Of a run the frame's check covers the head: each record carries a check of its own, tested with the records.
        int covered = kind == FrameKind.Segments ? Frame.HeadSize + RunHead.Size : frame.Length;
        for (int bit = 0; bit < covered * 8; bit++)
        {
            byte[] bent = [.. frame];
            bent[bit / 8] ^= (byte)(1 << (bit % 8));
            FrameStatus status = Frame.Read(bent, out _, out _, out _, out string fault);
            Assert.That(status, Is.Not.EqualTo(FrameStatus.Whole), $"bit {bit}");
            Assert.That(fault.Length > 0, Is.EqualTo(status == FrameStatus.Broken), $"bit {bit}");
        }
    }

    [Test]
    public void A_length_over_the_limit_is_refused_by_the_head_alone([Values(0u, 1u, 1u << 30, uint.MaxValue - WireLimits.FrameMax - 1)] uint over)
    {
        byte[] head = new byte[Frame.HeadSize];
        BinaryPrimitives.WriteUInt32LittleEndian(head, WireLimits.FrameMax + 1 + over);
        head[4] = (byte)FrameKind.Sites;
        long before = GC.GetAllocatedBytesForCurrentThread();
        FrameStatus status = Frame.Read(head, out _, out _, out _, out string fault);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(status, Is.EqualTo(FrameStatus.Broken));
        Assert.That(fault, Does.Contain("at most"));
        Assert.That(allocated, Is.LessThan(16 * 1024));
    }

    [Test]
    public void The_largest_frame_is_read()
    {
        byte[] frame = new byte[Frame.HeadSize + WireLimits.FrameMax];
        Frame.Seal(frame, FrameKind.Sites, WireLimits.FrameMax);
        Assert.That(Frame.Read(frame, out _, out ReadOnlySpan<byte> payload, out _, out _), Is.EqualTo(FrameStatus.Whole));
        Assert.That(payload.Length, Is.EqualTo(WireLimits.FrameMax));
    }

    [Test]
    public void An_unknown_kind_is_a_frame_like_any_other()
    {
        byte[] frame = new byte[Frame.HeadSize + 3];
        Frame.Seal(frame, (FrameKind)200, 3);
        Assert.That(Frame.Read(frame, out FrameKind kind, out _, out _, out _), Is.EqualTo(FrameStatus.Whole));
        Assert.That(kind, Is.EqualTo((FrameKind)200));
    }

    [Test]
    public void A_kind_of_nothing_and_bytes_that_must_be_zero_are_refused()
    {
        byte[] frame = Samples.Of(FrameKind.Ping);
        foreach (int at in new[] { 5, 6, 7 })
        {
            byte[] bent = [.. frame];
            bent[at] = 1;
            Assert.That(Frame.Read(bent, out _, out _, out _, out _), Is.EqualTo(FrameStatus.Broken));
        }

        Frame.Seal(frame, 0, frame.Length - Frame.HeadSize);
        Assert.That(Frame.Read(frame, out _, out _, out _, out _), Is.EqualTo(FrameStatus.Broken));
    }

    [Test]
    public void A_run_without_its_head_is_refused()
    {
        for (int length = 0; length < RunHead.Size; length++)
        {
            byte[] frame = new byte[Frame.HeadSize + length];
            frame[0] = (byte)length;
            frame[4] = (byte)FrameKind.Segments;
            Assert.That(Frame.Read(frame, out _, out _, out _, out _), Is.EqualTo(FrameStatus.Broken), $"{length} bytes");
        }
    }

    [Test]
    public void What_was_made_up_is_never_a_frame_and_never_throws()
    {
        var random = new Prng(61);
        byte[] input = new byte[600];
        for (int round = 0; round < 60_000; round++)
        {
            Fill(random, input);
            if (random.Chance(0.9))
            {
                // A head that could be one, so that more than its first test is reached.
                BinaryPrimitives.WriteUInt32LittleEndian(input, (uint)random.Next(620));
                BinaryPrimitives.WriteUInt32LittleEndian(input.AsSpan(4), (uint)random.Next(16));
            }

            FrameStatus status = Frame.Read(input.AsSpan(0, random.Next(input.Length + 1)), out _, out _, out _, out _);
            Assert.That(status, Is.Not.EqualTo(FrameStatus.Whole), $"round {round}");
        }
    }

    internal static void Fill(Prng random, Span<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)random.NextUInt64();
        }
    }
}
