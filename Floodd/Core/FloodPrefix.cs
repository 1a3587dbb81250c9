// How a client's last flood command began: one that begins alike and goes on with a SIZE need not be taken apart. Says what was asked, and grants nothing.
using Floodd.Config;
using Floodd.Model;

namespace Floodd.Core;

/// <summary>Publishers say the same command over and over. What it meant holds until another configuration is in force.</summary>
internal sealed class FloodPrefix
{
    private const int DigitsMax = 9;

    private byte[] _bytes = [];
    private Group? _group;
    private Configuration? _configuration;

    /// <summary>A client that may flood to a group has said so, without a key.</summary>
    /// <param name="line">The command, which ended with a SIZE.</param>
    /// <param name="group">The group.</param>
    /// <param name="configuration">What is in force.</param>
    public void Learn(ReadOnlySpan<byte> line, Group group, Configuration configuration)
    {
        ReadOnlySpan<byte> prefix = line[..(line.LastIndexOfAny((byte)' ', (byte)'\t') + 1)];
        if (prefix.Length == line.Length)
        {
            // Behind a blank at the end there is no SIZE: what follows it elsewhere would be another word.
            return;
        }

        if (!prefix.SequenceEqual(_bytes))
        {
            _bytes = prefix.ToArray();
        }

        (_group, _configuration) = (group, configuration);
    }

    /// <summary>Whether a command is like the last one.</summary>
    /// <param name="line">The command.</param>
    /// <param name="configuration">What is in force.</param>
    /// <param name="size">How many bytes follow.</param>
    /// <returns>The group; null if it has to be taken apart.</returns>
    public Group? Match(ReadOnlySpan<byte> line, Configuration configuration, out int size)
    {
        size = 0;
        int digits = line.Length - _bytes.Length;
        if (digits is < 1 or > DigitsMax || !ReferenceEquals(_configuration, configuration) || !line.StartsWith(_bytes))
        {
            return null;
        }

        foreach (byte b in line[_bytes.Length..])
        {
            uint digit = (uint)(b - '0');
            if (digit > 9)
            {
                return null;
            }

            size = (size * 10) + (int)digit;
        }

        return _group;
    }
}
