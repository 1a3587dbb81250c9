// A client that floods on and on while a test does something else to the sites; stops when told, and rethrows what went wrong.
using System.Security.Cryptography;

namespace Floodd.Tests.EndToEnd;

/// <summary>Floods random updates at one site, one after the other, about 500 a second.</summary>
internal sealed class Publisher : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(2);

    private readonly ManualResetEventSlim _end = new();
    private readonly Task _work;

    public Publisher(TestSite site, string group, int size, Ledger ledger) =>
        _work = Task.Factory.StartNew(() => Work(site, group, size, ledger), TaskCreationOptions.LongRunning);

    /// <summary>Waits for the last receipt.</summary>
    public void Finish()
    {
        _end.Set();
        _work.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _end.Set();
        if (Task.WaitAny([_work], Eventually.Patience) == 0)
        {
            _end.Dispose();
        }
    }

    private void Work(TestSite site, string group, int size, Ledger ledger)
    {
        using ClientSession session = site.Open();
        do
        {
            ledger.Flood(session, group, RandomNumberGenerator.GetBytes(size));
        }
        while (!_end.Wait(Pace));
    }
}
