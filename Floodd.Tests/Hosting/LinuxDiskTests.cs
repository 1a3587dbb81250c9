// The real disk: ours alone, honest about what the system says, and found out when somebody deletes or fills it.
using System.Diagnostics;
using System.Runtime.Versioning;
using Floodd.Hosting;
using Floodd.Spool;
using NUnit.Framework;

namespace Floodd.Tests.Hosting;

[SupportedOSPlatform("linux")]
internal sealed class LinuxDiskTests
{
    private string _folder = "";

    private string Spool => Path.Combine(_folder, "spool");

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("floodd-disk-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void What_was_written_is_there_for_the_next_who_opens_it()
    {
        using (LinuxDisk disk = LinuxDisk.At(Spool))
        {
            using IDiskFile file = disk.Create("a");
            file.Write(0, [1, 2, 3, 4]);
            file.Write(2, [9]);
            file.Truncate(3);
            file.Sync();
            disk.Rename("a", "b");
            disk.Create("c").Dispose();
            disk.Delete("c");
            disk.SyncDirectory();
            Assert.That(disk.FreeBytes(), Is.GreaterThan(1 << 20));
        }

        using LinuxDisk again = LinuxDisk.At(Spool);
        using IDiskFile read = again.Open("b");
        byte[] bytes = new byte[10];
        Assert.Multiple(() =>
        {
            Assert.That(again.List(), Is.EqualTo(new[] { "b" }));
            Assert.That(read.Length, Is.EqualTo(3));
            Assert.That(read.Read(0, bytes), Is.EqualTo(3));
            Assert.That(bytes[..3], Is.EqualTo(new byte[] { 1, 2, 9 }));
            Assert.That(File.GetUnixFileMode(Spool), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
            Assert.That(File.GetUnixFileMode(Path.Combine(Spool, "b")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        });
    }

    [Test]
    public void A_copy_of_a_file_has_another_identity_and_the_file_keeps_its_own()
    {
        using LinuxDisk disk = LinuxDisk.At(Spool);
        ulong first = IdentityOf(disk.Create("a"));
        File.Copy(Path.Combine(Spool, "a"), Path.Combine(Spool, "b"));
        Assert.That(IdentityOf(disk.Open("a")), Is.EqualTo(first));
        if (first == 0)
        {
            Assert.Ignore("this file system does not say when a file was born");
        }

        Assert.That(IdentityOf(disk.Open("b")), Is.Not.EqualTo(first));
    }

    [Test]
    public void Two_cannot_have_it_open()
    {
        using (LinuxDisk disk = LinuxDisk.At(Spool))
        {
            Assert.That(Refused(Spool), Does.Contain("another floodd has it open"));
        }

        LinuxDisk.At(Spool).Dispose();
    }

    [Test]
    public void Neither_a_link_nor_a_file_nor_what_others_may_write_in_is_taken_for_a_spool()
    {
        LinuxDisk.At(Spool).Dispose();
        string link = Path.Combine(_folder, "link");
        File.CreateSymbolicLink(link, Spool);
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        Refused(link);
        Refused(file);
        File.SetUnixFileMode(Spool, File.GetUnixFileMode(Spool) | UnixFileMode.OtherWrite);
        Assert.That(Refused(Spool), Does.Contain("others may write in it"));
        Assert.That(Refused(Path.Combine(_folder, "no", "such")), Does.Contain("No such file"));
    }

    [Test]
    public void A_link_in_place_of_a_file_is_not_followed()
    {
        using LinuxDisk disk = LinuxDisk.At(Spool);
        string victim = Path.Combine(_folder, "victim");
        File.WriteAllText(victim, "x");
        File.CreateSymbolicLink(Path.Combine(Spool, "0000000000000001.spool"), victim);
        Assert.Throws<DiskException>(() => disk.Open("0000000000000001.spool"));
        Assert.Throws<DiskException>(() => disk.Create("0000000000000001.spool"));
        Assert.That(File.ReadAllText(victim), Is.EqualTo("x"));
    }

    [Test]
    public void A_file_that_somebody_deleted_fails_at_its_sync()
    {
        using LinuxDisk disk = LinuxDisk.At(Spool);
        using IDiskFile file = disk.Create("a");
        file.Sync();
        File.Delete(Path.Combine(Spool, "a"));
        file.Write(0, [1]);
        Assert.That(Assert.Throws<DiskException>(file.Sync)!.Message, Does.Contain("somebody has deleted it"));
    }

    [Test]
    public void A_spool_lives_on_it_and_a_copy_that_was_put_back_is_found_out()
    {
        string copy = Path.Combine(_folder, "copy");
        Assert.That(Open(1, Floodd.Tests.Spool.SpoolSamples.Held(1, 3)).Streams, Is.Empty);
        Run("cp", "-a", Spool, copy);
        SpooledState second = Open(2, Floodd.Tests.Spool.SpoolSamples.Held(4, 3));
        Directory.Delete(Spool, recursive: true);
        Directory.Move(copy, Spool);
        SpooledState third = Open(3);
        Assert.Multiple(() =>
        {
            Assert.That(second.Incarnation, Is.EqualTo(1));
            Assert.That(second.Damage, Is.Empty);
            Assert.That(third.Incarnation, Is.EqualTo(3));
            Assert.That(third.Damage, Has.Length.EqualTo(1).And.All.Contains("is a copy"));
            Assert.That(third.Streams[0].Received.ToString(), Is.EqualTo("1-3"));
        });
    }

    [Test]
    public void A_disk_that_is_really_full_takes_nothing_of_a_call_and_goes_on_when_there_is_room()
    {
        string mount = Directory.CreateDirectory(Path.Combine(_folder, "mount")).FullName;
        if (Environment.UserName != "root" || TryRun("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", mount) != 0)
        {
            Assert.Ignore("only root can mount");
        }

        try
        {
            var options = new SpoolOptions(64 << 20, 0, 64 << 10);
            long next = 1;
            using (SpoolLog log = SpoolLog.Open(LinuxDisk.At(mount), options, 1, out _))
            {
                DiskException? full = null;
                while (full is null)
                {
                    try
                    {
                        log.Append([Floodd.Tests.Spool.SpoolSamples.Held(next, size: 3000)]);
                        log.Sync();
                        next++;
                    }
                    catch (DiskException e)
                    {
                        full = e;
                    }
                }

                Assert.That(full.Fault, Is.EqualTo(DiskFault.Full), full.Message);
                Assert.That(next, Is.GreaterThan(200));
                Run("mount", "-o", "remount,size=2m", mount);
                log.Append([Floodd.Tests.Spool.SpoolSamples.Held(next, size: 3000)]);
                log.Sync();
            }

            using (SpoolLog.Open(LinuxDisk.At(mount), options, 2, out SpooledState state))
            {
                Assert.That(state.Damage, Is.Empty);
                Assert.That(state.Incarnation, Is.EqualTo(1));
                Assert.That(state.Streams[0].Received.ToString(), Is.EqualTo($"1-{next}"));
            }
        }
        finally
        {
            Run("umount", mount);
        }
    }

    private static ulong IdentityOf(IDiskFile file)
    {
        using (file)
        {
            return file.Identity;
        }
    }

    private static string Refused(string path) => Assert.Throws<DiskException>(() => LinuxDisk.At(path))!.Message;

    private SpooledState Open(ulong fresh, params SpoolEntry[] entries)
    {
        using SpoolLog log = SpoolLog.Open(LinuxDisk.At(Spool), Floodd.Tests.Spool.SpoolSamples.Small, fresh, out SpooledState state);
        log.Append(entries);
        log.Sync();
        return state;
    }

    private static void Run(string program, params string[] arguments) => Assert.That(TryRun(program, arguments), Is.Zero, program);

    private static int TryRun(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
