// Moves bytes through connections as TCP would: credit, chunks, stalls, ends and resets; never looks into them.
using Floodd.Model;
using Crc32C = Floodd.Wire.Crc32C;

namespace Floodd.Tests.Simulation;

/// <summary>All connections of a world, and what can happen to them.</summary>
internal sealed class Wires(World world)
{
    /// <summary>The longest piece that one arrival brings when the road's bandwidth is bounded.</summary>
    private const int PieceBytes = 64 << 10;

    private List<Pipe> _pipes = [];
    private int _sweepAt = 256;
    private readonly KeptBytes _kept = new();

    /// <summary>Joins two ends by two pipes.</summary>
    public void Join(End a, End b, Route forth, Route back)
    {
        a.Out = b.In = new Pipe(forth) { Writer = a, Reader = b };
        b.Out = a.In = new Pipe(back) { Writer = b, Reader = a };
        if (_pipes.Count >= _sweepAt)
        {
            _pipes = _pipes.FindAll(p => p.Writer.Open || p.Reader.Open);
            _sweepAt = Math.Max(256, _pipes.Count * 2);
        }

        _pipes.Add(a.Out);
        _pipes.Add(b.Out);
    }

    /// <summary>Takes bytes from a writer; what is not lasting is copied before this returns.</summary>
    public void Send(End end, ReadOnlyMemory<byte> bytes, bool lasting)
    {
        if (!end.Open || bytes.IsEmpty)
        {
            return;
        }

        Pipe pipe = end.Out;
        pipe.Bytes.Append(lasting ? bytes : _kept.Keep(bytes.Span));
        pipe.Sent += bytes.Length;
        pipe.SentCrc = Crc32C.Append(pipe.SentCrc, bytes.Span);
        Pump(pipe, isWriting: true);
    }

    /// <summary>Lets the writer's system take what it has room for, and sends that on its way.</summary>
    /// <param name="pipe">The pipe.</param>
    /// <param name="isWriting">Whether the writer is writing just now: then it hears at the end of its turn what was taken.</param>
    public void Pump(Pipe pipe, bool isWriting = false)
    {
        while (true)
        {
            long room = world.Options.KernelBytes - (pipe.Taken - pipe.Freed);
            long count = Math.Min((pipe.EndsAt >= 0 ? pipe.EndsAt : pipe.Sent) - pipe.Taken, room);
            if (pipe.Route.Bandwidth > 0)
            {
                count = Math.Min(count, PieceBytes);
            }

            if (count <= 0)
            {
                break;
            }

            pipe.Taken += count;
            Depart(pipe, count);
            pipe.Writer.CreditDue += (int)count;
            Credit(pipe.Writer, isWriting);
        }

        if (!pipe.EndSent && pipe.Taken == pipe.EndsAt)
        {
            pipe.EndSent = true;
            Depart(pipe, 0);
        }
    }

    /// <summary>Bytes up to a position, and the stream's end if it is there, come in at the reader's system.</summary>
    public void Arrive(Pipe pipe, long position)
    {
        if (pipe.Route.Cut)
        {
            pipe.Held = true;
            return;
        }

        End reader = pipe.Reader;
        if (!reader.Open)
        {
            pipe.Arrived = pipe.Read = pipe.Freed = Math.Max(pipe.Arrived, position);
            pipe.Bytes.Clear();
            if (reader.Closing)
            {
                Pump(pipe);
            }
            else if (reader.Site is not { IsDark: true })
            {
                SendReset(reader, "connection reset by the other end");
            }

            return;
        }

        pipe.Arrived = Math.Max(pipe.Arrived, position);
        pipe.EndArrived |= pipe.EndSent && pipe.Arrived == pipe.EndsAt;
        MarkReady(reader);
    }

    /// <summary>Moves what is there, or a part of it, into the destination.</summary>
    /// <returns>How many bytes.</returns>
    public int Read(End end, Span<byte> destination)
    {
        Pipe pipe = end.In;
        int count = (int)Math.Min(pipe.Arrived - pipe.Read, destination.Length);
        if (count == 0)
        {
            return 0;
        }

        count = world.Chunk(count);
        pipe.Bytes.Take(destination[..count]);
        pipe.Read += count;
        pipe.ReadCrc = Crc32C.Append(pipe.ReadCrc, destination[..count]);
        if (pipe.Read == pipe.Sent && pipe.ReadCrc != pipe.SentCrc)
        {
            throw new ViolationException("bytes that were sent as lasting changed on their way");
        }

        if (!end.Out.Route.Cut)
        {
            pipe.Freed = pipe.Read;
            Pump(pipe);
        }

        return count;
    }

    /// <summary>Closes an end in good order: what was sent arrives, then the stream's end; after a second, a reset instead.</summary>
    public void Close(End end)
    {
        if (!end.Open)
        {
            return;
        }

        end.Open = false;
        end.Closing = true;
        end.Out.EndsAt = end.Out.Sent;
        Pump(end.Out);
        if (end.Out.Taken < end.Out.EndsAt)
        {
            world.After(TimeSpan.TicksPerSecond, () =>
            {
                if (end.Out.Taken < end.Out.EndsAt)
                {
                    end.Closing = false;
                    SendReset(end, "connection reset by the other end");
                }
            });
        }
    }

    /// <summary>The owner of an end has died: the other end gets the end of the stream, cut short, or a reset, or nothing.</summary>
    public void Die(End end, bool silently)
    {
        if (!end.Open)
        {
            return;
        }

        end.Open = false;
        if (silently)
        {
            // Clients run on the site's own machine.
            end.Other.Client?.Vanish();
            return;
        }

        if (world.Network.DiesAbruptly())
        {
            SendReset(end, "connection reset by the other end");
            return;
        }

        end.Out.EndsAt = end.Out.Taken;
        Pump(end.Out);
    }

    /// <summary>Breaks a connection at once, as a box in between may: both ends get a reset.</summary>
    public void Sever(int a, int b)
    {
        foreach (Pipe pipe in _pipes)
        {
            if (pipe.Route.From != pipe.Route.To && ((pipe.Route.From == a && pipe.Route.To == b) || (pipe.Route.From == b && pipe.Route.To == a)))
            {
                Break(pipe.Reader, "connection reset");
            }
        }
    }

    /// <summary>Sends on what waited for a cut to heal.</summary>
    public void Resume()
    {
        foreach (Pipe pipe in _pipes)
        {
            if (pipe.Route.Cut || pipe.Reader.Out.Route.Cut)
            {
                continue;
            }

            if (pipe.Held)
            {
                pipe.Held = false;
                world.Schedule.Add(world.Now + world.Network.Retry(), HappeningKind.Arrival, pipe, pipe.Taken);
            }

            if (pipe.Freed < pipe.Read)
            {
                pipe.Freed = pipe.Read;
                Pump(pipe);
            }
        }
    }

    private void Credit(End writer, bool isWriting)
    {
        if (isWriting && writer.Site is { } site)
        {
            site.Credit(writer);
        }
        else
        {
            MarkReady(writer);
        }
    }

    /// <summary>Puts an end into its site's inbox, or lets its client read.</summary>
    public void MarkReady(End end)
    {
        if (end.Client is { } client)
        {
            client.Read();
        }
        else if (!end.Ready && end.Open)
        {
            end.Ready = true;
            end.Site!.Enqueue(end);
        }
    }

    /// <summary>Tells an end that its connection broke; what it had not read is lost.</summary>
    public void Break(End end, string reason)
    {
        if (end.Open && end.Broken is null)
        {
            end.Broken = reason;
            MarkReady(end);
        }
    }

    private void SendReset(End from, string reason)
    {
        if (!from.Out.Route.Cut)
        {
            world.After(world.Network.Crossing(from.Out.Route), () =>
            {
                if (!from.Out.Route.Cut)
                {
                    Break(from.Other, reason);
                }
            });
        }
    }

    private void Depart(Pipe pipe, long count)
    {
        long at = world.Now;
        if (pipe.Route.Bandwidth > 0)
        {
            at = pipe.CarriedAt = Math.Max(at, pipe.CarriedAt) + (count * TimeSpan.TicksPerSecond / pipe.Route.Bandwidth);
        }

        at = pipe.LastArrivalAt = Math.Max(at + world.Network.Crossing(pipe.Route), pipe.LastArrivalAt);
        world.Schedule.Add(at, HappeningKind.Arrival, pipe, pipe.Taken);
    }
}
