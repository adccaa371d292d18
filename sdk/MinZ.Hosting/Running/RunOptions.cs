using System.CommandLine;

namespace MinZ.Hosting.Running;

/// <summary>
/// The options of <c>minzc run</c> and of <c>dotnet run --</c> that concern the machine a program runs on.
/// </summary>
public sealed class RunOptions
{
    private readonly Option<FileInfo> _screen = new("--screen")
    {
        Description = "Spectrum: file for a picture of the screen at the end (PNG).", HelpName = "FILE",
    };

    private readonly Option<int?> _frames = new("--frames")
    {
        Description = "Spectrum: frames to run, 50 a second.", HelpName = "N",
    };

    private readonly Option<KeyScript?> _keys = new("--keys")
    {
        Description = "Spectrum: keys to press, such as \"50:space 100:p*20 200:'hello'\" (frame:key*frames held).",
        HelpName = "SCRIPT",
        CustomParser = result =>
        {
            try
            {
                return KeyScript.Parse(result.Tokens[0].Value);
            }
            catch (FormatException e)
            {
                result.AddError(e.Message);
                return null;
            }
        },
    };

    private readonly Option<FileInfo> _rom = new("--rom")
    {
        Description = "Spectrum: 16 KB ROM image in place of the built-in substitute.", HelpName = "FILE",
    };

    private readonly Option<bool> _fuse = new("--fuse")
    {
        Description = "Spectrum: run in the window of the Fuse emulator, which must be installed.",
    };

    private readonly Option<bool> _globals = new("--globals")
    {
        Description = "Print the variables of the program and their values at its end, on standard error.",
    };

    /// <summary>Makes a set of options; one set belongs to one command.</summary>
    public RunOptions()
    {
        _screen.AcceptLegalFilePathsOnly();
        _rom.AcceptExistingOnly();
        _frames.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
            {
                result.AddError("--frames takes a positive number");
            }
        });
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_globals);
        command.Options.Add(_screen);
        command.Options.Add(_frames);
        command.Options.Add(_keys);
        command.Options.Add(_rom);
        command.Options.Add(_fuse);
        command.Validators.Add(result =>
        {
            Option[] builtIn = [_globals, _screen, _frames, _keys];
            if (result.GetValue(_fuse) && builtIn.FirstOrDefault(o => result.GetResult(o) is not null) is { } option)
            {
                result.AddError($"{option.Name} is for the built-in machine and not for --fuse");
            }
        });
    }

    /// <summary>What a parsed command line gives a run.</summary>
    /// <param name="command">The command line.</param>
    /// <param name="arguments">Arguments of the program.</param>
    public RunSettings Settings(ParseResult command, IEnumerable<string> arguments) =>
        new(Spectrum(command), [.. arguments], command.GetValue(_globals));

    private SpectrumOptions Spectrum(ParseResult command) => new()
    {
        Frames = command.GetValue(_frames),
        ScreenFile = command.GetValue(_screen)?.FullName,
        Keys = command.GetValue(_keys),
        RomFile = command.GetValue(_rom)?.FullName,
        UseFuse = command.GetValue(_fuse),
    };
}
