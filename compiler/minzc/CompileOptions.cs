using System.CommandLine;
using System.CommandLine.Parsing;
using MinZ.Driver;
using MinZ.Frontend.Diagnostics;
using MinZ.Lua;
using MinZ.Mir.Passes;
using Spectre.Console;

namespace MinZ.CommandLine;

/// <summary>What every command that compiles takes.</summary>
internal sealed class CompileOptions
{
    private readonly Argument<string[]> _files = new("files")
    {
        Description = "MinZ sources (.minz), and modules to link with them (.mir, .mirb).",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _unoptimized = new("-O0") { Description = "Compile as written." };
    private readonly Option<bool> _optimized = new("-O2") { Description = "Optimise (the default)." };
    private readonly Option<bool> _uncheckedIndices = new("--no-bounds")
    {
        Description = "Leave out index checks where the target can.",
    };

    private readonly Option<string[]> _references = new("--reference", "-r")
    {
        Description = "Library (.minzlib) to use.", HelpName = "FILE",
    };

    private readonly Option<string?> _dump = new("--dump")
    {
        Description = "Print the module after each run of a pass, or after 'all'.", HelpName = "PASS",
    };

    private readonly Option<bool> _time =
        new("--time") { Description = "Print where the time went, and how much memory was used." };
    private readonly Option<bool> _warningsAsErrors =
        new("--warnaserror") { Description = "Treat warnings as errors." };
    private readonly Option<string?> _raised = new("--werror")
    {
        Description = "Codes of warnings that are errors, separated by commas.", HelpName = "CODES",
    };

    private readonly Option<string?> _kept = new("--no-werror")
    {
        Description = "Codes that stay warnings in spite of --warnaserror.", HelpName = "CODES",
    };

    private readonly Option<bool> _quiet = new("--no-warnings") { Description = "Report errors only." };
    private readonly Option<string?> _noWarn = new("--nowarn")
    {
        Description = "Codes not to report, separated by commas.", HelpName = "CODES",
    };

    /// <summary>Adds arguments and options to a command.</summary>
    public CompileOptions(Command command)
    {
        command.Arguments.Add(_files);
        Option[] options =
        [
            _optimized, _unoptimized, _uncheckedIndices, _references, _dump, _time, _warningsAsErrors, _raised,
            _kept, _noWarn, _quiet,
        ];
        foreach (Option option in options)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(_optimized) && result.GetValue(_unoptimized))
            {
                result.AddError("-O0 and -O2 exclude each other");
            }
        });
        foreach (Option<string?> codes in (Option<string?>[])[_raised, _kept, _noWarn])
        {
            codes.Validators.Add(result => CheckCodes(result, codes.Name));
        }

        _dump.Validators.Add(result =>
        {
            string pass = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            string[] known = ["all", .. Pipeline.All.Select(p => p.Name)];
            if (!known.Contains(pass))
            {
                result.AddError($"unknown pass '{pass}' (known passes: {string.Join(", ", known)})");
            }
        });
    }

    /// <summary>A misspelled code would do nothing: it is an error of the command line.</summary>
    private static void CheckCodes(OptionResult result, string option)
    {
        const StringSplitOptions Split = StringSplitOptions.RemoveEmptyEntries;
        foreach (string code in result.Tokens.SelectMany(t => t.Value.Split([',', ';', ' '], Split)))
        {
            if (DiagnosticCodes.Find(code) is not { } found)
            {
                result.AddError($"{option}: there is no diagnostic '{code}'");
            }
            else if (found.Severity != Severity.Warning)
            {
                result.AddError($"{option}: '{code}' is no warning");
            }
        }
    }

    /// <summary>The build a command line asks for.</summary>
    public BuildRequest Request(ParseResult command)
    {
        string[] files = command.GetValue(_files)!;
        string standardLibrary = Path.Combine(AppContext.BaseDirectory, "std");
        return new BuildRequest
        {
            Name = Path.GetFileNameWithoutExtension(files[0]),
            Inputs = [.. files],
            References = [.. command.GetValue(_references) ?? []],
            ProjectDirectory = Environment.CurrentDirectory,
            StandardLibrary = Directory.Exists(standardLibrary) ? standardLibrary : null,
            Optimize = !command.GetValue(_unoptimized),
            CheckBounds = !command.GetValue(_uncheckedIndices),
            Warnings = WarningPolicy.Parse(command.GetValue(_warningsAsErrors), command.GetValue(_raised),
                command.GetValue(_kept), command.GetValue(_noWarn)) with { IsOn = !command.GetValue(_quiet) },
            Scripts = new LuaEngine(),
            Observer = Observer(command),
        };
    }

    /// <summary>Prints the diagnostics of a build and, if asked for, its times; true when it succeeded.</summary>
    public bool Report(ParseResult command, BuildResult result)
    {
        DiagnosticPrinter.Print(result.Diagnostics);
        if (command.GetValue(_time))
        {
            foreach (StageTime stage in result.Stages)
            {
                Console.Error.WriteLine($"{stage.Elapsed.TotalMilliseconds,10:F2} ms  {stage.Name}");
            }

            Console.Error.WriteLine(Cost.Describe());
        }

        return result.Success;
    }

    private PassPrinter? Observer(ParseResult command)
    {
        string? dump = command.GetValue(_dump);
        bool time = command.GetValue(_time);
        return dump is null && !time ? null : new PassPrinter(dump, time);
    }
}
