using Xunit;

namespace MinZ.Sdk.Tests;

/// <summary>Outputs that cannot be written: a reason with a code, no stack trace, nothing half-written.</summary>
public sealed class OutputTests(SdkFixture sdk)
{
    private const string Hello = "fn main() -> u8 {\n    @println(\"hello\")\n    return 0\n}\n";

    [Fact]
    public void A_full_disk()
    {
        (string folder, string output) = Prepare("full");
        string before = Path.Combine(output, "hello.tap");
        File.WriteAllText(before, "the tape of before");
        // A limit on the size of files: what the disk has no room for fails in the same call. The snapshot is larger.
        // The runtime's own double mapping of code is a file as well and has to be off.
        Build(folder, "bash", "-c", "trap '' XFSZ; ulimit -f 32; DOTNET_EnableWriteXorExecute=0 exec "
            + $"dotnet exec '{Compiler}' build hello.minz --target z80,mirb -o out").Prints("hello.sna");
        Assert.Equal([before], Directory.GetFiles(output));
        Assert.Equal("the tape of before", File.ReadAllText(before));
    }

    [Fact]
    public void A_full_file_system()
    {
        (string folder, string output) = Prepare("tmpfs");
        string unshare = SdkFixture.RequireProgram("unshare");
        string mount = $"mount -t tmpfs -o size=32k tmpfs '{output}'";
        Assert.SkipWhen(CommandLine.Run(unshare, folder, "-rm", "sh", "-c", mount).ExitCode != 0,
            "unshare: file systems cannot be mounted here");
        CommandResult result = Build(folder, unshare, "-rm", "sh", "-c",
            $"{mount} && dotnet exec '{Compiler}' build hello.minz --target z80 -o out; "
                + "code=$?; ls -A out; exit $code");
        result.Prints("hello.sna").Prints("No space left").DoesNotPrint(".tmp");
    }

    [Fact]
    public void A_read_only_folder()
    {
        string chmod = SdkFixture.RequireProgram("chmod");
        (string folder, string output) = Prepare("readonly");
        CommandLine.Run(chmod, folder, "u-w", output).Exits(0);
        try
        {
            // The superuser may write anywhere, unless that privilege is taken away.
            string[] drop = Environment.IsPrivilegedProcess
                ? [SdkFixture.RequireProgram("setpriv"), "--bounding-set=-dac_override,-dac_read_search",
                    "--inh-caps=-all"]
                : ["env"];
            Build(folder, [.. drop, "dotnet", "exec", Compiler, "build", "hello.minz", "--target", "mirb", "-o", "out"])
                .Prints("hello.mirb");
            Assert.Empty(Directory.GetFiles(output));
            string[] run = ["dotnet", "exec", Compiler, "run", "hello.minz", "-t", "z80", "--screen", "out/screen.png"];
            CommandLine.Run(drop[0], folder, [.. drop[1..], .. run]).Exits(1)
                .Prints("error MZ0911: ").Prints("screen.png").DoesNotPrint("   at ");
        }
        finally
        {
            CommandLine.Run(chmod, folder, "u+w", output);
        }
    }

    [Fact]
    public void A_program_larger_than_the_machine()
    {
        string folder = sdk.NewProject("Large", "<OutputType>Exe</OutputType><TargetPlatforms>z80</TargetPlatforms>",
            ("main.minz", "global much: [u8; 60000]\n\nfn main() -> u8 {\n    much[3] = 1\n    return much[4]\n}\n"));
        CommandLine.DotNet(folder, "build").Exits(1).Prints("error MZ1").Prints("much").DoesNotPrint("   at ");
        Assert.False(Directory.Exists(Path.Combine(folder, "bin", "Debug", "z80")));
    }

    private static string Compiler { get; } = Path.Combine(SdkFixture.RepositoryRoot(), "artifacts", "bin", "minzc",
        new DirectoryInfo(AppContext.BaseDirectory).Name, "minzc.dll");

    private (string Folder, string Output) Prepare(string name)
    {
        string folder = sdk.NewFolder("output-" + name);
        File.WriteAllText(Path.Combine(folder, "hello.minz"), Hello);
        return (folder, Directory.CreateDirectory(Path.Combine(folder, "out")).FullName);
    }

    private static CommandResult Build(string folder, params string[] command) =>
        CommandLine.Run(command[0], folder, command[1..]).Exits(1)
            .Prints("error MZ0906: cannot write").DoesNotPrint("   at ");
}
