// Where a receiving keeps its position, so that it outlives the program. Says nothing of updates.
namespace Floodd.Client.Hosting;

/// <summary>A place for one position: that of one receiver of one group. Never used for two things at once.</summary>
public interface IFloodPositions
{
    /// <summary>Reads the position stored last.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The position, or null if none was ever stored. What cannot be read is an exception and never null: null begins anew.</returns>
    ValueTask<FloodPosition?> ReadAsync(CancellationToken cancellation);

    /// <summary>Stores a position in place of the one before. When the task has ended it survives a crash.</summary>
    /// <param name="position">The position.</param>
    /// <param name="cancellation">Gives up; the one before is kept then.</param>
    ValueTask WriteAsync(FloodPosition position, CancellationToken cancellation);
}
