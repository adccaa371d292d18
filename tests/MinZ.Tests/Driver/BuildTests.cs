using MinZ.Driver;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Text;
using Xunit;

namespace MinZ.Tests.Driver;

/// <summary>Builds of real files: what is reported, and what is written.</summary>
public sealed class BuildTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minz-driver-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_module_is_built_with_its_imports_and_rebuilds_to_the_same_bytes()
    {
        Write("main.minz", "import tools.sums\n\nfn main() -> u8 {\n    return sums.twice(4)\n}\n");
        Write("tools/sums.minz", "fn twice(n: u8) -> u8 {\n    return n * 2\n}\n");
        BuildRequest request = Request("main.minz") with { Targets = ["mirb"], OutputDirectory = "out" };

        BuildResult result = BuildSession.Build(request);
        Assert.Empty(result.Diagnostics);
        string output = Assert.Single(result.Outputs);
        Assert.Equal(Path.Combine(_folder, "out", "program.mirb"), output);
        byte[] first = File.ReadAllBytes(output);
        BuildSession.Build(request);
        Assert.Equal(first, File.ReadAllBytes(output));
        Assert.Equal([output], Directory.GetFiles(Path.Combine(_folder, "out")));
    }

    [Fact]
    public void A_check_says_what_a_build_says_and_writes_nothing()
    {
        Write("main.minz", "fn main() { asm { ldd a, 5 } }\n");
        Write("right.minz", "fn main() { print(1) }\n");
        foreach (string target in (string[])["mirb", "z80", "clr"])
        {
            BuildResult right = BuildSession.Build(
                Request("right.minz") with { Targets = [target], WritesOutputs = false });
            Assert.Empty(right.Diagnostics);
            Assert.Empty(right.Outputs);
        }

        BuildResult wrong = BuildSession.Build(Request("main.minz") with { Targets = ["z80"], WritesOutputs = false });
        Assert.Equal("MZ1006", Assert.Single(wrong.Diagnostics).Code.Id);
        Assert.False(Directory.Exists(Path.Combine(_folder, "out")));
    }

    [Fact]
    public void Codes_of_warnings_may_leave_out_their_letters()
    {
        Write("main.minz", "fn main() { let x = 5 }\n");
        WarningPolicy policy = WarningPolicy.Parse(false, null, null, "310");
        Assert.Equal(["MZ0310"], Codes("main.minz"));
        Assert.Empty(BuildSession.Build(Request("main.minz") with { Warnings = policy }).Diagnostics);
    }

    [Fact]
    public void Bad_input_is_reported_with_code_and_place()
    {
        File.WriteAllBytes(Path.Combine(_folder, "latin1.minz"), [.. "fn main() { }\n// caf"u8, 0xE9, (byte)'\n']);
        Diagnostic bad = Assert.Single(Build("latin1.minz"));
        Assert.Equal("MZ0904", bad.Code.Id);
        Assert.Equal(new LinePosition(2, 7), bad.Where!.Value.Start);

        Write("main.minz", "fn main() { }\n");
        Write("text.txt", "");
        Assert.Equal(["MZ0901"], Codes());
        Assert.Equal(["MZ0902"], Codes("main.minz", "missing.minz"));
        Assert.Equal(["MZ0905"], Codes("main.minz", "text.txt"));
        Assert.Equal(["MZ0902"], Codes("main.minz", "missing.mirb"));
        Assert.Equal(["MZ0900"], BuildSession.Build(Request("main.minz") with { Targets = ["z81"] })
            .Diagnostics.Select(d => d.Code.Id));
    }

    [Fact]
    public void Sources_and_modules_are_linked()
    {
        Write("main.minz", "extern fn twice(x: u8) -> u8;\nfn main() -> u8 { return twice(21) }\n");
        Write("lib.mir", "func twice(u8 %x) -> u8 export {\n    %y = add %x, %x\n    ret %y\n}\n"
            + "func unused() export {\n    ret\n}\n");
        Assert.Empty(Build("main.minz", "lib.mir"));
        var bytes = File.ReadAllBytes(Path.Combine(_folder, "out", "program.mirb"));
        var program = MinZ.Mir.Bytecode.MirbReader.Read(bytes).Module!;
        Assert.DoesNotContain(program.Functions, f => f.IsExtern || f.Name == "unused");
        Write("wrong.mir", "func twice(u16 %x) -> u8 export {\n    ret 1\n}\n");
        Assert.Equal(["MZ1360"], Codes("main.minz", "wrong.mir"));
        Write("empty.mir", "module empty\n");
        Diagnostic unresolved = Assert.Single(Build("main.minz", "empty.mir"));
        Assert.Equal("MZ1361", unresolved.Code.Id);
        Assert.Equal(("main.minz", 1), (unresolved.Where!.Value.Source.Path, unresolved.Where.Value.Start.Line));
    }

    [Theory]
    [InlineData("program.mir", "module x\nfunc main() -> u8 {\n    ret 1\n")]
    [InlineData("program.mirb", "MIRB, but not really")]
    public void Damaged_modules_are_reported(string name, string text)
    {
        Write(name, text);
        Diagnostic error = Build(name)[0];
        Assert.True(error.IsError);
        Assert.InRange(error.Code.Number, 909, 1399);
    }

    [Fact]
    public void Outputs_are_written_all_or_none()
    {
        string good = Path.Combine(_folder, "good.bin");
        File.WriteAllText(good, "before");
        // Its folder would have to be made where a file is.
        string bad = Path.Combine(good, "bad.bin");
        var diagnostics = new DiagnosticBag();
        Assert.False(OutputWriter.TryWrite([new(good, "after"u8.ToArray()), new(bad, "x"u8.ToArray())], diagnostics));
        Assert.Equal(["MZ0906"], diagnostics.Select(d => d.Code.Id));
        Assert.Equal("before", File.ReadAllText(good));
        Assert.Equal([good], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_folder_in_the_place_of_an_output_is_reported_before_anything_is_replaced()
    {
        string good = Path.Combine(_folder, "good.bin");
        File.WriteAllText(good, "before");
        string bad = Directory.CreateDirectory(Path.Combine(_folder, "bad.bin")).FullName;
        var diagnostics = new DiagnosticBag();
        Assert.False(OutputWriter.TryWrite([new(good, "after"u8.ToArray()), new(bad, "x"u8.ToArray())], diagnostics));
        Assert.Equal($"cannot write '{bad}': there is a folder of this name", Assert.Single(diagnostics).Message);
        Assert.Equal("before", File.ReadAllText(good));
        Assert.Equal([good], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Libraries_are_found_by_the_modules_they_declare()
    {
        byte[] library = SourceLibrary.Write(
        [
            new SourceText("module arcade.score;\nfn add(a: u8, b: u8) -> u8 {\n    return a + b\n}\n",
                "src/score.minz"),
            new SourceText("fn zero() -> u8 {\n    return 0\n}\n", "plain.minz"),
        ]);
        Assert.Equal(["Arcade", "arcade.score", "plain"], SourceLibrary.Read(library, "Arcade").Names.Order());
        File.WriteAllBytes(Path.Combine(_folder, "Arcade.minzlib"), library);
        Write("main.minz",
            "import arcade.score\nimport plain\n\nfn main() -> u8 {\n    return score.add(plain.zero(), 2)\n}\n");
        Assert.Empty(BuildSession.Build(Request("main.minz") with { References = ["Arcade.minzlib"] }).Diagnostics);
    }

    [Fact]
    public void Files_of_a_library_without_a_module_line_are_one_module()
    {
        byte[] library = SourceLibrary.Write(
        [
            new SourceText("fn twice(n: u8) -> u8 {\n    return add(n, n)\n}\n", "twice.minz"),
            new SourceText("pub struct Pair { a: u8, b: u8 }\nfn add(a: u8, b: u8) -> u8 {\n    return a + b\n}\n",
                "more/add.minz"),
        ]);
        File.WriteAllBytes(Path.Combine(_folder, "Sums.minzlib"), library);
        // The same module by three names: its types are the same types.
        Write("main.minz",
            "import Sums\nimport twice\nimport add as plus\n\nfn first(p: Sums.Pair) -> u8 {\n    return p.a\n}\n"
                + "fn main() -> u8 {\n    let p: plus.Pair = plus.Pair { a: twice.twice(4), b: 1 }\n"
                + "    return first(p)\n}\n");
        Assert.Empty(BuildSession.Build(Request("main.minz") with { References = ["Sums.minzlib"] }).Diagnostics);
    }

    [Fact]
    public void Damaged_libraries_are_refused()
    {
        byte[] library = SourceLibrary.Write([new SourceText("fn one() -> u8 {\n    return 1\n}\n", "one.minz")]);
        string text = SourceLibrary.Read(library, "Lib").Find("one")!.Text;
        for (int i = 0; i < library.Length; i++)
        {
            Assert.Throws<InvalidDataException>(() => SourceLibrary.Read(library[..i], "Lib"));
            foreach (byte flip in new byte[] { 1, 0x80, 0xFF })
            {
                byte[] damaged = [.. library];
                damaged[i] ^= flip;
                // What does not show, such as a time stamp, may be anything; what is read is what was written.
                try
                {
                    Assert.Equal(text, SourceLibrary.Read(damaged, "Lib").Find("one")!.Text);
                }
                catch (InvalidDataException)
                {
                    continue;
                }
            }
        }

        File.WriteAllBytes(Path.Combine(_folder, "Lib.minzlib"), library[..^1]);
        Write("main.minz", "fn main() { }\n");
        Assert.Equal(["MZ0910"], BuildSession.Build(Request("main.minz") with { References = ["Lib.minzlib"] })
            .Diagnostics.Select(d => d.Code.Id));
    }

    [Theory]
    [InlineData("minzlib 3 {0}", "one.minz", "version 3")]
    [InlineData("minzlib 2 {0}", "../one.minz", "names no source")]
    [InlineData("minzlib 2 {0}", "/one.minz", "names no source")]
    [InlineData("minzlib 2 {0}", "a\\one.minz", "names no source")]
    [InlineData("minzlib 2 0000", "one.minz", "damaged")]
    [InlineData("lib", "one.minz", "does not begin")]
    [InlineData(null, "one.minz", "no list of sources")]
    public void Libraries_of_other_forms_are_refused_with_the_reason(string? header, string path, string reason)
    {
        string Hash(string text) => Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
        string list = $"{path} {Hash("")} \n";
        var bytes = new MemoryStream();
        using (var zip =
            new System.IO.Compression.ZipArchive(bytes, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.CreateEntry(path);
            if (header is not null)
            {
                using Stream entry = zip.CreateEntry("minzlib").Open();
                entry.Write(System.Text.Encoding.UTF8.GetBytes(string.Format(header, Hash(list)) + "\n" + list));
            }
        }

        var e = Assert.Throws<InvalidDataException>(() => SourceLibrary.Read(bytes.ToArray(), "Lib"));
        Assert.Contains(reason, e.Message);
    }

    [Fact]
    public void What_only_tests_call_is_no_unused_function()
    {
        Write("main.minz", "fn main() { }\nfn lonely() -> u8 {\n    return 1\n}\n");
        Write("tests.minz", "fn helper() -> u8 {\n    return 1\n}\ntest \"one\" {\n    assert_eq(helper(), 1)\n}\n");
        Assert.Equal(["function `lonely` is never called"], Build("main.minz", "tests.minz").Select(d => d.Message));
    }

    [Fact]
    public void What_a_target_cannot_do_has_its_place()
    {
        Write("main.minz", "fn main() {\n    let p = 0x8000 as *str\n    print(*p)\n}\n");
        BuildResult onClr = BuildSession.Build(Request("main.minz") with { Targets = ["clr"], Optimize = false });
        Diagnostic refused = Assert.Single(onClr.Diagnostics);
        Assert.Equal(("MZ1101", 3), (refused.Code.Id, refused.Where!.Value.Start.Line));
        Assert.Empty(BuildSession.Build(Request("main.minz") with { Targets = ["mirb", "z80"] }).Diagnostics);
    }

    [Fact]
    public void Checks_that_stay_though_they_were_to_go_are_told()
    {
        Write("main.minz", "fn main() { }\n");
        string[] Unchecked(params string[] targets) => [.. BuildSession.Build(Request("main.minz") with
        {
            Targets = [.. targets], CheckBounds = false,
        }).Diagnostics.Select(d => d.Message)];
        Assert.Empty(Unchecked("z80"));
        Assert.Equal(
            [
                "index checks cannot be left out on the target 'clr'",
                "index checks cannot be left out on the target 'mirb'",
            ],
            Unchecked("clr", "z80", "mirb").Order());
    }

    [Fact]
    public void Warnings_follow_the_policy()
    {
        var code = new DiagnosticCode(301, Severity.Warning, "title", "text");
        var warning = new Diagnostic(code, Severity.Warning, "message", null, null, []);
        Severity? Under(WarningPolicy policy) => policy.Apply(warning)?.Severity;
        Assert.Equal(Severity.Warning, Under(WarningPolicy.Default));
        Assert.Equal(Severity.Error, Under(WarningPolicy.Parse(true, "", "", "")));
        Assert.Equal(Severity.Warning, Under(WarningPolicy.Parse(true, "", "mz0301", "")));
        Assert.Equal(Severity.Error, Under(WarningPolicy.Parse(false, "MZ0300;MZ0301", "", "")));
        Assert.Null(Under(WarningPolicy.Parse(true, "", "", "1701;1702, MZ0301")));
        Assert.Equal(Severity.Warning, Under(WarningPolicy.Parse(false, "MZ0301", "MZ0301", "")));
        Assert.Null(Under(WarningPolicy.Default with { IsOn = false }));
        Assert.Null(Under(WarningPolicy.Parse(true, "", "", "") with { IsOn = false }));
        Assert.Equal(Severity.Error, Under(WarningPolicy.Parse(false, "MZ0301", "", "") with { IsOn = false }));
    }

    private Diagnostic[] Build(params string[] inputs) => [.. BuildSession.Build(Request(inputs)).Diagnostics];

    private string[] Codes(params string[] inputs)
    {
        var session = new BuildSession(Request(inputs));
        session.Compile();
        return [.. session.Finish().Diagnostics.Select(d => d.Code.Id)];
    }

    private BuildRequest Request(params string[] inputs) => new()
    {
        Name = "program", Inputs = [.. inputs], ProjectDirectory = _folder, Targets = ["mirb"], OutputDirectory = "out",
    };

    private void Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
