// Why a daemon cannot begin with its spool: the disk under it does not do what it is asked. Carries a sentence and nothing else.
namespace Floodd.Hosting;

/// <summary>The spool cannot be read or written.</summary>
/// <param name="message">For people: which, and what the system said.</param>
/// <param name="cause">The disk's own word.</param>
internal sealed class SpoolUnusableException(string message, Exception cause) : IOException(message, cause);
