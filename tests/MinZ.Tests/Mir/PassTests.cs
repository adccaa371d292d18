using MinZ.Mir;
using MinZ.Mir.Passes;
using MinZ.Mir.Text;
using Xunit;

namespace MinZ.Tests.Mir;

/// <summary>
/// The texts of <c>tests/mir/passes</c>: header comments name the passes and say what the result must and must not hold.
/// <c>order: a &lt; b</c> wants a's first place before b's; <c>count: a = n</c> counts.
/// </summary>
public class PassTests
{
    public static IEnumerable<TheoryDataRow<string>> Files => MirFiles.In("passes").Select(p => new TheoryDataRow<string>(p));

    [Theory, MemberData(nameof(Files))]
    public void HoldsWhatItsHeaderSays(string path)
    {
        var text = MirFiles.Read(path);
        var read = MirReader.Read(text);
        Assert.True(read.Module is not null, string.Join("\n", read.Errors));
        var module = read.Module!;
        foreach (var name in Commands(text, "passes").Single().Split(' '))
            Pipeline.Run(module, [Pipeline.All.Single(p => p.Name == name)]);
        var after = MirWriter.Write(module);
        Assert.True(MirReader.Read(after).Module is not null, "the result does not read back:\n" + after);
        foreach (var wanted in Commands(text, "contains"))
            Assert.True(after.Contains(wanted), $"expected '{wanted}' in:\n{after}");
        foreach (var unwanted in Commands(text, "lacks"))
            Assert.False(after.Contains(unwanted), $"did not expect '{unwanted}' in:\n{after}");
        foreach (var (what, n) in Commands(text, "count").Select(c => c.Split(" = ")).Select(c => (c[0], int.Parse(c[1]))))
            Assert.True(after.Split(what).Length - 1 == n, $"expected {n} of '{what}' in:\n{after}");
        foreach (var pair in Commands(text, "order").Select(c => c.Split(" < ")))
            Assert.True(after.IndexOf(pair[0], StringComparison.Ordinal) < after.IndexOf("\n" + pair[1], StringComparison.Ordinal),
                $"expected '{pair[0]}' before '{pair[1]}' in:\n{after}");
    }

    /// <summary>Values of the header comments <c>; name: value</c>.</summary>
    internal static IEnumerable<string> Commands(string text, string name) =>
        text.Split('\n').TakeWhile(l => l.StartsWith(';')).Where(l => l.StartsWith($"; {name}: "))
            .Select(l => l[(name.Length + 4)..].Trim());
}
