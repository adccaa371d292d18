using MinZ.Mir;
using MinZ.Mir.Lowering;
using MinZ.Mir.Passes;
using MinZ.Mir.Text;
using MinZ.Vm;
using Xunit;

namespace MinZ.Tests.Mir;

/// <summary>
/// The texts of <c>tests/mir/passes</c>: header comments name the passes and say what the result must and must not
/// hold.
/// <c>order: a &lt; b</c> wants a's first place before b's; <c>count: a = n</c> counts. Calls in <c>run: f(1) = 2</c>
/// give the same before and after each pass, and after lowering.
/// </summary>
public class PassTests
{
    public static IEnumerable<TheoryDataRow<string>> Files =>
        MirFiles.In("passes").Select(p => new TheoryDataRow<string>(p));

    [Theory, MemberData(nameof(Files))]
    public void HoldsWhatItsHeaderSays(string path)
    {
        var text = MirFiles.Read(path);
        var read = MirReader.Read(text);
        Assert.True(read.Module is not null, string.Join("\n", read.Errors));
        var module = read.Module!;
        RunCalls(text, module, "as written");
        foreach (var name in Commands(text, "passes").Single().Split(' '))
        {
            Pipeline.Run(module, [Pipeline.All.Single(p => p.Name == name)]);
            Assert.Empty(Verifier.Verify(module));
            RunCalls(text, module, name);
        }
        var lowered = module.Clone();
        Assert.Empty(FlatMemory.Lower(lowered, DataLayout.Flat32));
        foreach (var pass in Pipeline.Lowered)
        {
            Pipeline.Run(lowered, [pass]);
            Assert.Empty(Verifier.Verify(lowered));
        }
        var after = MirWriter.Write(module);
        Assert.True(MirReader.Read(after).Module is not null, "the result does not read back:\n" + after);
        foreach (var wanted in Commands(text, "contains"))
            Assert.True(after.Contains(wanted), $"expected '{wanted}' in:\n{after}");
        foreach (var unwanted in Commands(text, "lacks"))
            Assert.False(after.Contains(unwanted), $"did not expect '{unwanted}' in:\n{after}");
        foreach (var (what, n) in Commands(text, "count").Select(c => c.Split(" = ")).Select(c =>
            (c[0], int.Parse(c[1]))))
            Assert.True(after.Split(what).Length - 1 == n, $"expected {n} of '{what}' in:\n{after}");
        foreach (var pair in Commands(text, "order").Select(c => c.Split(" < ")))
            Assert.True(after.IndexOf(pair[0], StringComparison.Ordinal) < after.IndexOf("\n" + pair[1],
                StringComparison.Ordinal),
                $"expected '{pair[0]}' before '{pair[1]}' in:\n{after}");
    }

    private static void RunCalls(string text, Module module, string stage)
    {
        foreach (var call in Commands(text, "run"))
        {
            var (function, rest) = (call[..call.IndexOf('(')], call[(call.IndexOf('(') + 1)..]);
            var arguments = rest[..rest.IndexOf(')')].Split(',', StringSplitOptions.RemoveEmptyEntries);
            using var vm = VirtualMachine.Load(module, new VmOptions { Optimize = false, Fuel = 1_000_000 });
            var result = vm.Call(function, arguments.Select(long.Parse).ToArray());
            Assert.True(result.Returned && result.Bits == long.Parse(rest[(rest.IndexOf('=') + 1)..]),
                $"{stage}: {call}, but it gave {result}");
        }
    }

    /// <summary>Values of the header comments <c>; name: value</c>.</summary>
    internal static IEnumerable<string> Commands(string text, string name) =>
        text.Split('\n').TakeWhile(l => l.StartsWith(';')).Where(l => l.StartsWith($"; {name}: "))
            .Select(l => l[(name.Length + 4)..].Trim());
}
