using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using MinZ.Vm;

namespace MinZ.MirVm;

/// <summary>
/// The command line. System.CommandLine costs a quarter of a millisecond of the 5 ms that process start and hello may
/// take.
/// </summary>
internal sealed class Arguments
{
    private readonly Argument<string> _file = new("FILE") { Description = ".mir (text) or .mirb (binary)" };

    private readonly Option<long> _fuel = Size("--fuel", "stop after so many calls and loop iterations",
        long.MaxValue);

    private readonly Option<long> _memory = Size("--memory", "bytes of memory, also as 64K, 16M, 1G",
        VmOptions.Default.MemoryLimit);

    private readonly Option<int> _maxDepth = new("--max-depth")
    {
        Description = "nested calls", DefaultValueFactory = _ => VmOptions.Default.MaxDepth,
    };

    private readonly Option<string> _workers = new("--workers")
    {
        Description = "green threads run on so many threads of the system: a number, or auto for one per processor",
        DefaultValueFactory = _ => "1",
    };

    private readonly Option<string[]> _grant = new("--grant")
    {
        Description = $"services beside the console: {string.Join(", ", HostServices.All)}, all",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string> _call = new("--call")
    {
        Description = "call this function instead of main with the integers behind --, and print its result",
    };

    private readonly Option<int> _repeat = new("--repeat")
    {
        Description = "with --call: so many times, each in a fresh instance; prints result and least CPU seconds",
    };

    private readonly Option<bool> _plain = new("-O0") { Description = "do not optimise" };
    private readonly Option<bool> _optimize = new("-O2") { Description = "optimise (default)" };
    private readonly Option<bool> _stats = new("--stats") { Description = "time, fuel and memory on standard error" };

    private readonly Option<bool> _globals = new("--globals")
    {
        Description = "the variables and their values at the end on standard error",
    };

    private readonly Option<bool> _disassemble = new("--disassemble")
    {
        Description = "print the bytecode instead of running it",
    };

    private readonly ParseResult _parsed;

    public Arguments(IReadOnlyList<string> args, Func<Arguments, int> run)
    {
        var command = new RootCommand("""
            Runs a MIR module in a sandbox. What follows -- are the program's arguments, or those of --call.

            Exit codes: main's value; 101 when the program trapped; 2 when the command line is wrong or the file cannot be
            loaded.
            """)
        {
            _file, _fuel, _memory, _maxDepth, _workers, _grant, _call, _repeat, _plain, _optimize, _stats, _globals,
            _disassemble,
        };
        // An option that does not exist would be taken for the file.
        _file.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', ..] option }])
                result.AddError($"there is no option '{option}'");
        });
        _workers.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var number }] && WorkersOf(number) is < 1 or > 64)
                result.AddError($"'{number}' is no number of workers: 1 to 64, or auto");
        });
        command.SetAction(_ => run(this));
        // What is the program's must not be taken for ours, nor a mistyped option for an argument of the program.
        var own = args.TakeWhile(a => a != "--").ToArray();
        Program = [.. args.Skip(own.Length + 1)];
        _parsed = command.Parse(own);
    }

    public string File => _parsed.GetRequiredValue(_file);
    public string[] Program { get; }
    public long Fuel => _parsed.GetValue(_fuel);
    public long Memory => _parsed.GetValue(_memory);
    public int Workers => WorkersOf(_parsed.GetRequiredValue(_workers));
    public int MaxDepth => _parsed.GetValue(_maxDepth);
    public string? Call => _parsed.GetValue(_call);
    public int Repeat => _parsed.GetValue(_repeat);
    public bool Optimize => !_parsed.GetValue(_plain);
    public bool Stats => _parsed.GetValue(_stats);
    public bool Globals => _parsed.GetValue(_globals);
    public bool Disassemble => _parsed.GetValue(_disassemble);

    /// <summary>Services to grant, also from lists with commas.</summary>
    public string[] Grants => [.. (_parsed.GetValue(_grant) ?? [])
        .SelectMany(g => g.Split(',', StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>What is wrong with the command line; empty when nothing is, or help is asked for.</summary>
    public IEnumerable<string> Errors =>
        _parsed.Action is ParseErrorAction ? _parsed.Errors.Select(e => e.Message) : [];

    /// <summary>Runs, or shows help or version; returns the exit code.</summary>
    public int Invoke(TextWriter output) => _parsed.Invoke(new InvocationConfiguration
    {
        Output = output, Error = output, EnableDefaultExceptionHandler = false,
    });

    private static Option<long> Size(string name, string description, long standard) => new(name)
    {
        Description = description, DefaultValueFactory = _ => standard, CustomParser = ParseSize,
    };

    private static int WorkersOf(string text) => text == "auto" ? Math.Clamp(Environment.ProcessorCount, 1, 64)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static long ParseSize(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var last = text.Length > 0 ? char.ToUpperInvariant(text[^1]) : '0';
        var unit = last switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        var digits = unit == 0 ? text : text[..^1];
        if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) &&
            number <= long.MaxValue >> unit)
            return number << unit;
        result.AddError($"'{text}' is no number for {((OptionResult)result.Parent!).IdentifierToken?.Value}");
        return 0;
    }
}
