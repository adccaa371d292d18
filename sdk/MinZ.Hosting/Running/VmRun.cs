using MinZ.Mir;
using MinZ.Vm;
using MinZ.Vm.Assembly;

namespace MinZ.Hosting.Running;

/// <summary>Runs a program on the MIR VM with what a program on a command line may use.</summary>
public static class VmRun
{
    /// <summary>
    /// The exit code of a program that trapped, the same as of <c>mir-vm</c> and of programs on the Z80.
    /// </summary>
    public const int TrapExitCode = 101;

    /// <summary>
    /// Runs <c>main</c>; the trap of a program that does not get to its end goes to <paramref name="remarks"/>.
    /// </summary>
    /// <param name="module">A verified module; it belongs to the VM from now on.</param>
    /// <param name="optimize">Whether to run the optimiser.</param>
    /// <param name="settings">What the run is given.</param>
    /// <param name="output">Takes what the program prints.</param>
    /// <param name="remarks">Takes what there is to say of the run.</param>
    /// <returns>The program's exit code.</returns>
    /// <exception cref="FormatException">The VM cannot take the module.</exception>
    public static int Run(Module module, bool optimize, RunSettings settings, Stream output, TextWriter remarks)
    {
        VmOptions options = VmOptions.Default.Grant(
            HostServices.Clock, HostServices.Random, HostServices.Arguments, HostServices.Ports) with
        {
            Output = output,
            Arguments = settings.Arguments,
            Clock = TimeProvider.System,
            Random = () => (ulong)System.Random.Shared.NextInt64(long.MinValue, long.MaxValue),
            Optimize = optimize,
            Assembly = SpectrumAssembly.Instance,
        };
        try
        {
            using VirtualMachine machine = VirtualMachine.Load(module, options);
            VmResult result = machine.Run();
            output.Flush();
            if (settings.ShowGlobals)
            {
                foreach (string line in machine.Globals)
                {
                    remarks.WriteLine(line);
                }
            }

            if (result.Trap is { } trap)
            {
                remarks.WriteLine(trap);
                return TrapExitCode;
            }

            return result.ExitCode ?? 0;
        }
        catch (VmLoadException e)
        {
            throw new FormatException(e.Message, e);
        }
    }
}
