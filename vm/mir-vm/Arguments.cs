using System.Collections.Immutable;
using System.Globalization;

namespace MinZ.MirVm;

/// <summary>
/// The command line. Parsed by hand: building a System.CommandLine parser and invoking it costs more than the whole
/// start
/// of this program under NativeAOT may take (5 ms from process start to the end of hello), and there are ten options.
/// </summary>
internal sealed record Arguments
{
    public string? File { get; private init; }
    public long Fuel { get; private init; } = long.MaxValue;
    public long Memory { get; private init; } = VmDefaults.Memory;
    public int MaxDepth { get; private init; } = VmDefaults.MaxDepth;
    public bool Stats { get; private init; }
    public bool Optimize { get; private init; } = true;
    public bool Disassemble { get; private init; }
    public bool Version { get; private init; }
    public bool Help { get; private init; }
    public string? Call { get; private init; }
    public int Repeat { get; private init; }
    public ImmutableArray<string> Grants { get; private init; } = [];
    public ImmutableArray<string> Program { get; private init; } = [];

    public const string Usage = """
        Runs a MIR module in a sandbox.

        mir-vm FILE [options] [-- arguments of the program]

          FILE              .mir (text) or .mirb (binary)
          --fuel N          stop after N calls and loop iterations (default: no limit)
          --memory N        bytes of memory, also as 64K, 16M, 1G (default 256M)
          --max-depth N     nested calls (default 200000)
          --grant NAMES     services beside the console: clock, random, args, ports (comma-separated, or all)
          --call NAME       call this function instead of main; its integer arguments follow --; prints the result
          --repeat N        with --call: N times, each in a fresh instance; prints result and least CPU seconds
          -O0               do not optimise
          --stats           time, fuel and memory on standard error
          --disassemble     print the bytecode instead of running it
          --version, --help

        Exit codes: main's value; 101 when the program trapped; 2 when the command line is wrong or the file cannot be
        loaded.
        """;

    /// <summary>Reads the command line; <paramref name="error"/> says what is wrong with it.</summary>
    public static Arguments? Parse(ReadOnlySpan<string> args, out string error)
    {
        var result = new Arguments();
        error = "";
        for (var i = 0; i < args.Length; i++)
        {
            var arg = args[i];
            if (arg == "--")
                return result with { Program = [.. args[(i + 1)..]] };
            if (!arg.StartsWith('-') || arg == "-")
            {
                if (result.File is not null)
                {
                    error = $"only one file can be run; '{arg}' is a second one (a program's arguments follow --)";
                    return null;
                }
                result = result with { File = arg };
                continue;
            }
            var (name, value) = arg.IndexOf('=') is var at and > 0 ? (arg[..at], arg[(at + 1)..]) : (arg, null);
            if (TakesValue(name) && value is null)
            {
                if (++i == args.Length)
                {
                    error = $"{name} needs a value";
                    return null;
                }
                value = args[i];
            }
            if (result.With(name, value, out error) is not { } next)
                return null;
            result = next;
        }
        return result;
    }

    private static bool TakesValue(string name) => name is "--fuel" or "--memory" or "--max-depth" or "--grant"
        or "--call"
        or "--repeat";

    private Arguments? With(string name, string? value, out string error)
    {
        error = "";
        switch (name)
        {
            case "--fuel" when Number(value!, out var fuel) && fuel >= 0:
                return this with { Fuel = fuel };
            case "--memory" when Number(value!, out var memory) && memory >= 0:
                return this with { Memory = memory };
            case "--max-depth" when Number(value!, out var depth) && depth is > 0 and <= int.MaxValue:
                return this with { MaxDepth = (int)depth };
            case "--repeat" when Number(value!, out var repeat) && repeat is > 0 and <= int.MaxValue:
                return this with { Repeat = (int)repeat };
            case "--fuel" or "--memory" or "--max-depth" or "--repeat":
                error = $"'{value}' is no number for {name}";
                return null;
            case "--grant":
                return this with { Grants = [.. Grants, .. value!.Split(',', StringSplitOptions.RemoveEmptyEntries)] };
            case "--call":
                return this with { Call = value };
            case "-O0":
                return this with { Optimize = false };
            case "-O2":
                return this with { Optimize = true };
            case "--stats":
                return this with { Stats = true };
            case "--disassemble":
                return this with { Disassemble = true };
            case "--version":
                return this with { Version = true };
            case "--help" or "-h" or "-?":
                return this with { Help = true };
            default:
                error = $"unknown option '{name}'; mir-vm --help lists them";
                return null;
        }
    }

    private static bool Number(string text, out long number)
    {
        var last = text.Length > 0 ? char.ToUpperInvariant(text[^1]) : '0';
        var unit = last switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        return long.TryParse(unit == 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture,
            out number) &&
            number <= long.MaxValue >> unit && (number <<= unit) >= 0;
    }
}

/// <summary>Defaults shared with the help text.</summary>
internal static class VmDefaults
{
    public const long Memory = 256L << 20;
    public const int MaxDepth = 200_000;
}
