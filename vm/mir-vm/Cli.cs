using System.Diagnostics;
using System.Globalization;
using System.Text;
using MinZ.Mir;
using MinZ.Mir.Bytecode;
using MinZ.Mir.Text;
using MinZ.Vm;
using MinZ.Vm.Assembly;

namespace MinZ.MirVm;

/// <summary>
/// What the program does, on given streams: <see cref="Console"/>'s writers set up encodings and buffers that cost
/// start-up time and are not needed.
/// </summary>
internal sealed class Cli(Stream output, Stream errors)
{
    /// <summary>Exit code of a program that trapped.</summary>
    public const int TrapExit = 101;

    /// <summary>Exit code when there was nothing to run: a wrong command line, a file that cannot be read or
    /// loaded.</summary>
    public const int UsageExit = 2;

    /// <summary>Runs a command line; returns the exit code.</summary>
    public int Run(IReadOnlyList<string> args)
    {
        var begin = Stopwatch.GetTimestamp();
        var arguments = new Arguments(args, a => Run(a, begin));
        var isWrong = false;
        foreach (var error in arguments.Errors)
        {
            Fail(error);
            isWrong = true;
        }
        if (isWrong)
            return Fail("mir-vm --help shows how it is called");
        using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true);
        return arguments.Invoke(writer);
    }

    private int Run(Arguments a, long begin)
    {
        try
        {
            return OptionsOf(a) is { } options && Load(a.File) is { } module
                ? Run(a, options, module, begin) : UsageExit;
        }
        catch (VmLoadException e)
        {
            return Fail($"{a.File}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(e.Message);
        }
    }

    private VmOptions? OptionsOf(Arguments a)
    {
        var options = VmOptions.Default with
        {
            Fuel = a.Fuel, MemoryLimit = a.Memory, MaxDepth = a.MaxDepth, Workers = a.Workers, Output = output,
            Optimize = a.Optimize, Assembly = SpectrumAssembly.Instance,
            Arguments = [.. a.Program], Clock = TimeProvider.System,
            Random = () => (ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue),
        };
        foreach (var name in a.Grants)
        {
            if (name != "all" && !HostServices.All.Contains(name))
            {
                Fail($"there is no service '{name}' to grant; known are {string.Join(", ", HostServices.All)}, all");
                return null;
            }
            options = options.Grant(name == "all" ? HostServices.All : [name]);
        }
        return options;
    }

    /// <summary>Reads and verifies a module; null when it has errors, which are reported.</summary>
    private Module? Load(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var read = bytes.AsSpan().StartsWith(Mirb.Magic) ? MirbReader.Read(bytes) : ReadText(file, bytes);
        if (read is not { } result)
            return null;
        var found = result.Errors;
        if (result.Module is { } module && !bytes.AsSpan().StartsWith(Mirb.Magic))
            found = [.. Verifier.Verify(module)];
        foreach (var e in found)
            Write(errors, $"{file}{(e.Line > 0 ? ":" : ": ")}{e}\n");
        return found.IsEmpty ? result.Module : null;
    }

    private MirReadResult? ReadText(string file, byte[] bytes)
    {
        try
        {
            return MirReader.Read(new UTF8Encoding(false, true).GetString(bytes),
                Path.GetFileNameWithoutExtension(file));
        }
        catch (DecoderFallbackException)
        {
            Fail($"{file}: this is neither a .mirb file nor text in UTF-8");
            return null;
        }
    }

    private int Run(Arguments a, VmOptions options, Module module, long begin)
    {
        var program = new VmProgram(module, a.Optimize, options.Assembly);
        if (a.Disassemble)
            return Say(program.Disassemble());
        if (a is { Repeat: > 0, Call: { } kernel })
            return Measure(program, options, kernel, a);
        using var vm = program.Start(options);
        var loaded = Stopwatch.GetTimestamp();
        var result = a.Call is null ? vm.Run() : Call(vm, a.Call, a.Program);
        if (a.Stats)
            Report(vm, options, begin, loaded);
        if (a.Globals)
            foreach (var line in vm.Globals)
                Write(errors, line + "\n");
        if (result.Trap is { } trap)
        {
            Write(errors, trap + "\n");
            return TrapExit;
        }
        if (a.Call is not null && result.ExitCode is null)
            return Say(result + "\n");
        return result.ExitCode ?? 0;
    }

    private int Measure(VmProgram program, VmOptions options, string function, Arguments a)
    {
        var best = double.MaxValue;
        var result = default(VmResult);
        for (var r = 0; r < a.Repeat && result.Trap is null; r++)
        {
            using var vm = program.Start(options);
            var begin = Environment.CpuUsage.TotalTime;
            result = Call(vm, function, a.Program);
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - begin).TotalSeconds);
        }
        Say(string.Create(CultureInfo.InvariantCulture, $"{result} {best:F9}\n"));
        return result.Trap is null ? 0 : TrapExit;
    }

    private static VmResult Call(VirtualMachine vm, string function, IReadOnlyList<string> values)
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

    private void Report(VirtualMachine vm, VmOptions options, long begin, long loaded)
    {
        var run = Stopwatch.GetElapsedTime(loaded).TotalMilliseconds;
        var heap = vm.HeapStatistics;
        Write(errors, string.Create(CultureInfo.InvariantCulture, $"""
            load {Stopwatch.GetElapsedTime(begin, loaded).TotalMilliseconds,12:F3} ms
            run  {run,12:F3} ms
            fuel {options.Fuel - vm.Fuel,12} calls and loop iterations
            heap {vm.HeapBytes,12} bytes, {heap.LiveBytes} alive after the last collection
            collections {heap.Collections,5}, {heap.ReclaimedBytes} bytes reclaimed
            pauses {heap.TotalPause.TotalMilliseconds,10:F3} ms, longest {heap.LongestPause.TotalMilliseconds:F3} ms

            """));
    }

    private int Fail(string message)
    {
        Write(errors, $"mir-vm: {message}\n");
        return UsageExit;
    }

    private int Say(string text)
    {
        Write(output, text);
        return 0;
    }

    private static void Write(Stream stream, string text) => stream.Write(Encoding.UTF8.GetBytes(text));
}
