// Updates handed to the daemon. Never hands one over twice without being told.
using System.Globalization;
using Floodd.Client.Protocol;

namespace Floodd.Client;

/// <content>Flooding.</content>
public sealed partial class FlooddClient
{
    /// <summary>Floods an update. The bytes must not change until the task has ended.</summary>
    /// <param name="group">The group.</param>
    /// <param name="update">The update, of any bytes; may be empty.</param>
    /// <param name="cancellation">Gives up, except while the bytes are being written: then once they are. What was written may be flooded all the same.</param>
    /// <returns>The receipt: the site has taken responsibility.</returns>
    /// <exception cref="FlooddException">Refused; or code 0: the connection was lost, and <see cref="FlooddException.Text"/> says whether the update may have been taken.</exception>
    public async Task<FloodReceipt> FloodAsync(string? group, ReadOnlyMemory<byte> update, CancellationToken cancellation = default)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"flood{Word(group)} {update.Length}");
        return FloodReceipt.From(await AskAsync(line, update, repeatable: false, cancellation).ConfigureAwait(false));
    }

    /// <summary>Floods what is left of a stream as one update. It is read whole first, so that a slow stream holds up no other request.</summary>
    /// <param name="group">The group.</param>
    /// <param name="update">The stream, at most <see cref="FlooddClientOptions.UpdateSizeMax"/> bytes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The receipt.</returns>
    /// <exception cref="FlooddException">As above; 552 also when the stream is longer than allowed.</exception>
    public async Task<FloodReceipt> FloodAsync(string? group, Stream update, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(update);
        using var whole = new MemoryStream();
        byte[] piece = new byte[64 << 10];
        int count;
        while ((count = await update.ReadAsync(piece, cancellation).ConfigureAwait(false)) > 0)
        {
            if (whole.Length + count > options.UpdateSizeMax)
            {
                throw new FlooddException(ReplyCode.TooLarge, $"the update is larger than UpdateSizeMax ({options.UpdateSizeMax} bytes)");
            }

            whole.Write(piece, 0, count);
        }

        return await FloodAsync(group, whole.GetBuffer().AsMemory(0, (int)whole.Length), cancellation).ConfigureAwait(false);
    }
}
