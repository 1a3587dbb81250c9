// The client port's commands and the ways in which a command line can be wrong. Names only; CommandTable says the rest.
namespace Floodd.Client.Protocol;

/// <summary>A command of the client port.</summary>
internal enum Verb
{
    /// <summary>None that we know.</summary>
    Unknown,

    /// <summary><c>help [command]</c></summary>
    Help,

    /// <summary><c>groups</c></summary>
    Groups,

    /// <summary><c>members [group]</c></summary>
    Members,

    /// <summary><c>topology [group] [dot]</c></summary>
    Topology,

    /// <summary><c>why [group] A B</c></summary>
    Why,

    /// <summary><c>estimates [group]</c></summary>
    Estimates,

    /// <summary><c>stats</c></summary>
    Stats,

    /// <summary><c>flood [group] [SIZE [key KEY]]</c></summary>
    Flood,

    /// <summary><c>subscribe [group] [from POSITION]</c></summary>
    Subscribe,

    /// <summary><c>exports [group]</c></summary>
    Exports,

    /// <summary><c>retry ID|all [group]</c></summary>
    Retry,

    /// <summary><c>skip ID|all [group]</c></summary>
    Skip,

    /// <summary><c>where ID</c></summary>
    Where,

    /// <summary><c>wait ID [all|N] [SECONDS]</c></summary>
    Wait,

    /// <summary><c>nearest [group]</c></summary>
    Nearest,

    /// <summary><c>ping</c></summary>
    Ping,

    /// <summary><c>replan [group]</c></summary>
    Replan,

    /// <summary><c>configuration [group]</c></summary>
    Configuration,

    /// <summary><c>shutdown</c></summary>
    Shutdown,

    /// <summary><c>quit</c></summary>
    Quit,
}

/// <summary>What is wrong with a command line.</summary>
internal enum RequestFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>No such command: 500.</summary>
    Unknown,

    /// <summary>Too few, too many or wrong arguments: 501.</summary>
    Arguments,
}
