using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using MinZ.Mir;
using MinZ.Mir.Text;
using MinZ.MirVm;
using MinZ.Vm;

const int TrapExit = 101;
const int UsageExit = 2;

var begin = Stopwatch.GetTimestamp();
if (Arguments.Parse(args, out var error) is not { } arguments)
    return Fail(error);
if (arguments.Help)
    return Say(Arguments.Usage + "\n");
if (arguments.Version)
    return Say(typeof(Arguments).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion + "\n");
if (arguments.File is null)
    return Fail("no file given\n\n" + Arguments.Usage);
try
{
    return Run(arguments);
}
catch (VmLoadException e)
{
    return Fail($"{arguments.File}: {e.Message}");
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    return Fail(e.Message);
}

int Run(Arguments a)
{
    if (Load(a.File!) is not { } module)
        return UsageExit;
    using var output = Console.OpenStandardOutput();
    var options = VmOptions.Default with
    {
        Fuel = a.Fuel, MemoryLimit = a.Memory, MaxDepth = a.MaxDepth, Output = output, Optimize = a.Optimize,
        Arguments = a.Program, Clock = TimeProvider.System, Random = () => (ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue),
    };
    foreach (var name in a.Grants)
    {
        string[] known = [HostServices.Console, HostServices.Clock, HostServices.Random, HostServices.Arguments, HostServices.Ports];
        if (name != "all" && Array.IndexOf(known, name) < 0)
            return Fail($"there is no service '{name}' to grant; known are {string.Join(", ", known)}, all");
        options = options.Grant(name == "all" ? known : [name]);
    }
    if (a.Disassemble)
        return Say(new VmProgram(module, a.Optimize).Disassemble());
    if (a is { Repeat: > 0, Call: { } kernel })
        return Measure(module, options, kernel, a);
    using var vm = VirtualMachine.Load(module, options);
    var loaded = Stopwatch.GetTimestamp();
    var result = a.Call is null ? vm.Run() : Call(vm, a.Call, a.Program);
    if (a.Stats)
        Report(vm, options, begin, loaded);
    if (result.Trap is { } trap)
    {
        Write(Console.OpenStandardError(), trap + "\n");
        return TrapExit;
    }
    if (a.Call is not null && result.ExitCode is null)
        return Say(result + "\n");
    return result.ExitCode ?? 0;
}

static int Measure(MinZ.Mir.Module module, VmOptions options, string function, Arguments a)
{
    var program = new VmProgram(module, a.Optimize);
    var best = double.MaxValue;
    var result = default(VmResult);
    for (var r = 0; r < a.Repeat; r++)
    {
        using var vm = program.Start(options);
        var begin = Environment.CpuUsage.TotalTime;
        result = Call(vm, function, a.Program);
        best = Math.Min(best, (Environment.CpuUsage.TotalTime - begin).TotalSeconds);
        if (result.Trap is not null)
            break;
    }
    Write(Console.OpenStandardOutput(), string.Create(CultureInfo.InvariantCulture, $"{result} {best:F9}\n"));
    return result.Trap is null ? 0 : TrapExit;
}

static VmResult Call(VirtualMachine vm, string function, IReadOnlyList<string> values)
{
    var bits = new long[values.Count];
    for (var i = 0; i < bits.Length; i++)
        if (!long.TryParse(values[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out bits[i]))
            throw new VmLoadException($"'{values[i]}' is no integer argument for '{function}'");
    try
    {
        return vm.Call(function, bits);
    }
    catch (ArgumentException e)
    {
        throw new VmLoadException(e.Message);
    }
}

static MinZ.Mir.Module? Load(string file)
{
    var bytes = File.ReadAllBytes(file);
    string text;
    try
    {
        text = new UTF8Encoding(false, true).GetString(bytes);
    }
    catch (DecoderFallbackException)
    {
        Fail($"{file}: the file is neither .mirb nor UTF-8 text");
        return null;
    }
    var read = MirReader.Read(text, Path.GetFileNameWithoutExtension(file));
    foreach (var e in read.Errors)
        Fail($"{file}:{e}");
    return read.Module;
}

static void Report(VirtualMachine vm, VmOptions options, long begin, long loaded)
{
    var now = Stopwatch.GetTimestamp();
    var text = new StringBuilder();
    text.AppendLine(CultureInfo.InvariantCulture, $"load   {Stopwatch.GetElapsedTime(begin, loaded).TotalMilliseconds,12:F3} ms");
    text.AppendLine(CultureInfo.InvariantCulture, $"run    {Stopwatch.GetElapsedTime(loaded, now).TotalMilliseconds,12:F3} ms");
    text.AppendLine(CultureInfo.InvariantCulture, $"fuel   {options.Fuel - vm.Fuel,12} calls and loop iterations");
    text.AppendLine(CultureInfo.InvariantCulture, $"heap   {vm.HeapBytes,12} bytes");
    Write(Console.OpenStandardError(), text.ToString());
}

static int Fail(string message)
{
    Write(Console.OpenStandardError(), $"mir-vm: {message}\n");
    return UsageExit;
}

static int Say(string text)
{
    Write(Console.OpenStandardOutput(), text);
    return 0;
}

// Console.Out and Console.Error set up encodings and buffers that this program does not need.
static void Write(Stream stream, string text) => stream.Write(Encoding.UTF8.GetBytes(text));
