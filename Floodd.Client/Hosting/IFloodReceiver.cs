// What a program is to be given updates by a receiving: its own code. Never called for two updates at once.
namespace Floodd.Client.Hosting;

/// <summary>Takes updates, one after the other.</summary>
public interface IFloodReceiver
{
    /// <summary>
    /// Takes an update. When the task has ended well the update counts as taken and does not come again; when it fails the same update comes again, after
    /// a while. After a crash those come again that were taken and whose position had not been stored: make taking one twice harmless, or store what came
    /// of it and <see cref="FloodUpdate.Position"/> together, with an <see cref="IFloodPositions"/> of your own.
    /// </summary>
    /// <param name="update">The update; <see cref="FloodUpdate.Missed"/> says what can no longer be had of those before it.</param>
    /// <param name="cancellation">The receiving is to end: an update that is not taken by then comes again when the program runs again.</param>
    Task ReceiveAsync(FloodUpdate update, CancellationToken cancellation);
}
