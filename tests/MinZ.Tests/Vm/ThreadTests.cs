using System.Text;
using MinZ.Mir;
using MinZ.Tests.Mir;
using MinZ.Vm;
using Xunit;

namespace MinZ.Tests.Vm;

/// <summary>
/// Programs of <c>tests/mir/threads</c>. <c>; expect: line</c> is a line it prints, <c>; trap: line</c> a line of the trap
/// it ends with.
/// </summary>
public sealed class ThreadTests
{
    public static IEnumerable<TheoryDataRow<string, bool>> Files() =>
        from f in MirFiles.In("threads")
        from optimize in (bool[])[false, true]
        select new TheoryDataRow<string, bool>(f, optimize);

    [Theory]
    [MemberData(nameof(Files))]
    public void Programs_print_and_trap_as_they_say(string file, bool optimize) =>
        Check(MirFiles.Read(file), VmOptions.Default with { Optimize = optimize, Fuel = 50_000_000 });

    /// <summary>Whatever a collection moves: queues, parked threads and reports still find their channels.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Programs_do_the_same_when_everything_moves_all_the_time(string file, bool optimize)
    {
        // A collection looks at every thread, so few of them must do.
        var text = MirFiles.Read(file).Replace("10000", "100").Replace("49995000", "4950");
        Check(text, VmOptions.Default with
        {
            Optimize = optimize, Fuel = 50_000_000, StressCollector = true, MemoryLimit = 1 << 20, StackBytes = 1 << 16,
        });
    }

    private static void Check(string text, VmOptions options)
    {
        var output = new MemoryStream();
        using var vm = Runs.Load(text, options with { Output = output });
        var result = vm.Run();
        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n')[..^1];
        Assert.Equal(Said(text, "; expect:"), lines.Select(l => l.TrimEnd()));
        var trap = Said(text, "; trap:");
        if (trap.Length == 0)
            Assert.Null(result.Trap?.ToString());
        else
            Assert.StartsWith(string.Join('\n', trap), result.Trap?.ToString());
    }

    private static string[] Said(string text, string mark) =>
        [.. text.Split('\n').Where(l => l.StartsWith(mark, StringComparison.Ordinal))
            .Select(l => l[mark.Length..]).Select(l => l.StartsWith(' ') ? l[1..].TrimEnd() : l)];
}
