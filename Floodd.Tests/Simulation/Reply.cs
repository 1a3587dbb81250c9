// One reply of the client port, filled in while it comes; judges nothing.
namespace Floodd.Tests.Simulation;

/// <summary>What a site answered to a request.</summary>
internal sealed class Reply(string request, Flooded? flooded)
{
    /// <summary>The request's line.</summary>
    public string Request { get; } = request;

    /// <summary>The update that the request floods, if it does.</summary>
    public Flooded? Flooded { get; } = flooded;

    /// <summary>The code; 0 before the first line, -1 if the session was lost before.</summary>
    public int Code { get; set; }

    /// <summary>What stood behind the code.</summary>
    public string Text { get; set; } = "";

    /// <summary>The lines of a reply that follows, dots undone.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Whether it is whole.</summary>
    public bool IsDone
    {
        get;
        set
        {
            field = value;
            WhenDone?.Invoke();
        }
    }

    /// <summary>Called when it is.</summary>
    public Action? WhenDone { get; set; }

    public override string ToString() => $"'{Request}' -> {Code} {Text}" + string.Concat(Lines.Select(l => "\n    " + l));
}
