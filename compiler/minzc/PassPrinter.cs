using System.Diagnostics;
using MinZ.Mir;
using MinZ.Mir.Passes;
using MinZ.Mir.Text;

namespace MinZ.CommandLine;

/// <summary>Prints modules as passes leave them, and the time passes take, to the error stream.</summary>
/// <param name="dump">Name of the pass to print after; "all" = every one; null = none.</param>
/// <param name="time">Whether to print times.</param>
internal sealed class PassPrinter(string? dump, bool time) : IPassObserver
{
    private long _start;

    public void Before(Pass pass, Module module) => _start = Stopwatch.GetTimestamp();

    public void After(Pass pass, Module module)
    {
        if (time)
        {
            Console.Error.WriteLine($"{Stopwatch.GetElapsedTime(_start).TotalMilliseconds,10:F2} ms    {pass.Name}");
        }

        if (dump == "all" || dump == pass.Name)
        {
            Console.Error.WriteLine($"; after {pass.Name}");
            Console.Error.WriteLine(MirWriter.Write(module));
        }
    }
}
