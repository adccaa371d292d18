using System.CommandLine;
using System.Security;
using Spectre.Console;

namespace MinZ.Workbench;

/// <summary>
/// <c>game</c>: packs the SDK and the templates, makes a game as a user would, builds it for the ZX Spectrum, plays it
/// on the built-in machine with scripted keys, and tells where its files lie.
/// </summary>
internal sealed class GameCommand
{
    private const string Name = "Snake";

    // Starts the game, steers to the first food and away from the wall; frames are fiftieths of a second.
    private const string Keys = "60:space 110:a*8 132:o*8 276:q*8";
    private const string Frames = "308";

    private readonly string _folder;
    private readonly string _game;
    private readonly string _feed = Path.Combine(Repository.Artifacts, "feed");
    private readonly string[] _hive;

    private GameCommand(string folder)
    {
        _folder = folder;
        _game = Path.Combine(folder, Name);
        _hive = ["--debug:custom-hive", Path.Combine(folder, "templates")];
    }

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var output = new Option<DirectoryInfo>("--output", "-o")
        {
            Description = "Folder to make the game in.", HelpName = "DIR",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(Repository.Artifacts, "game")),
        };
        var command = new Command("game", "Makes a game from the template and plays it on the Spectrum.") { output };
        command.SetAction(line => new GameCommand(line.GetValue(output)!.FullName).Run());
        return command;
    }

    private int Run()
    {
        Prepare();
        string picture = Path.Combine(_game, Name + ".png");
        bool done = Pack("Packing the SDK", "sdk/MinZ.Sdk")
            && Pack("Packing the templates", "templates")
            && Step("Installing the templates", _folder, ["new", "install", TemplatePackage(), .. _hive])
            && Step("Making the game", _folder, ["new", "minz-game", "-n", Name, .. _hive])
            && Step("Building it for the Spectrum", _game, ["build", "-p:target=z80", "-v", "quiet", "-nologo"])
            && Step("Playing it", _game, ["run", "--no-build", "-p:target=z80", "--",
                "--frames", Frames, "--keys", Keys, "--screen", picture]);
        string output = Path.Combine(_game, "bin", "Debug", "z80");
        string[] files = [Path.Combine(output, Name + ".tap"), Path.Combine(output, Name + ".sna"), picture];
        if (!done || !files.All(File.Exists))
        {
            return 1;
        }

        Console.WriteLine($"""

            The game lies in {_game}:
              tape      {files[0]}
              snapshot  {files[1]}
              picture   {files[2]}
            """);
        return 0;
    }

    private bool Pack(string title, string project) =>
        Step(title, Repository.Root, ["pack", project, "-c", "Release", "-o", _feed, "-v", "quiet", "-nologo"]);

    private string TemplatePackage() => Directory.EnumerateFiles(_feed, "MinZ.Templates.*.nupkg").Single();

    private static bool Step(string title, string folder, IEnumerable<string> arguments)
    {
        AnsiConsole.MarkupLineInterpolated($"[blue]{title}[/]");
        int exitCode = Processes.Run("dotnet", folder, arguments);
        if (exitCode != 0)
        {
            AnsiConsole.MarkupLineInterpolated(
                $"[red]{title} failed[/] (dotnet {string.Join(' ', arguments)}: exit code {exitCode})");
        }

        return exitCode == 0;
    }

    // Old packages of the same version must not be found, and nothing of the repository may reach the game's project.
    private void Prepare()
    {
        string[] former = [_feed, _game, Path.Combine(_folder, "packages"), Path.Combine(_folder, "templates")];
        foreach (string old in former)
        {
            if (Directory.Exists(old))
            {
                Directory.Delete(old, recursive: true);
            }
        }

        Directory.CreateDirectory(_folder);
        string[] outerFiles = ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"];
        foreach (string name in outerFiles)
        {
            File.WriteAllText(Path.Combine(_folder, name), "<Project />\n");
        }

        File.WriteAllText(Path.Combine(_folder, "global.json"), "{}\n");
        File.WriteAllText(Path.Combine(_folder, "nuget.config"), $"""
            <configuration>
              <config>
                <add key="globalPackagesFolder" value="packages" />
              </config>
              <packageSources>
                <clear />
                <add key="minz" value="{SecurityElement.Escape(_feed)}" />
              </packageSources>
            </configuration>
            """);
    }
}
