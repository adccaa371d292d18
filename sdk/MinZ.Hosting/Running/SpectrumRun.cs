using MinZ.Z80;

namespace MinZ.Hosting.Running;

/// <summary>How to run a program on the Spectrum.</summary>
public sealed record SpectrumOptions
{
    /// <summary>Frames, a fiftieth of a second each, after which a program that has not ended is stopped.</summary>
    public const int DefaultFrames = 15_000;

    /// <summary>Frames to run; null = until the program ends, <see cref="DefaultFrames"/> at most.</summary>
    public int? Frames { get; init; }

    /// <summary>File for a picture of the screen at the end, a PNG; null = none.</summary>
    public string? ScreenFile { get; init; }

    /// <summary>Keys to press; null = none.</summary>
    public KeyScript? Keys { get; init; }

    /// <summary>File with a 16 KB ROM image; null = the machine's own substitute, or the ROM Fuse has.</summary>
    public string? RomFile { get; init; }

    /// <summary>
    /// True to run in the window of the Fuse emulator, for a person to play, instead of on the built-in machine. The
    /// other options but <see cref="RomFile"/> are of the built-in machine and must not be set.
    /// </summary>
    public bool UseFuse { get; init; }
}

/// <summary>Runs a tape on the built-in Spectrum.</summary>
public static class SpectrumRun
{
    /// <summary>
    /// The exit code of a program that was stopped because it did not end, as of the timeout command.
    /// </summary>
    public const int TimeoutExitCode = 124;

    /// <summary>
    /// Loads a tape and runs its program; what it prints goes to <paramref name="output"/> as it is printed, remarks to
    /// <paramref name="remarks"/>.
    /// </summary>
    /// <param name="tape">The program.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="variables">Variables to print at the end; null = none.</param>
    /// <param name="output">Takes what the program prints.</param>
    /// <param name="remarks">Takes what there is to say of the run.</param>
    /// <returns>The value the program ends with, its low byte; 0 for one stopped after the frames asked for.</returns>
    /// <exception cref="IOException">The ROM cannot be read or the picture not written.</exception>
    /// <exception cref="FormatException">Tape or ROM image are not what they should be.</exception>
    public static int Run(byte[] tape, SpectrumOptions options, SpectrumVariables? variables, TextWriter output,
        TextWriter remarks)
    {
        Spectrum machine = Start(options.RomFile);
        machine.Load(TapFile.Parse(tape));
        var text = new PrintedText();
        machine.Printed = code => output.Write(text.Add(code));
        options.Keys?.Schedule(machine.Keyboard, machine.Frame);

        Stop stop = machine.RunFrames(options.Frames ?? SpectrumOptions.DefaultFrames);
        output.Flush();
        if (options.ScreenFile is { } file)
        {
            File.WriteAllBytes(file, machine.PicturePng());
        }

        foreach (string line in variables?.Lines(machine) ?? [])
        {
            remarks.WriteLine(line);
        }

        return ExitCode(stop, options, remarks);
    }

    private static Spectrum Start(string? romFile)
    {
        if (romFile is null)
        {
            return new Spectrum();
        }

        byte[] rom = File.ReadAllBytes(romFile);
        return rom.Length == Spectrum.RomSize
            ? new Spectrum(rom)
            : throw new FormatException(
                $"'{romFile}' is no ROM image: {rom.Length} bytes instead of {Spectrum.RomSize}");
    }

    private static int ExitCode(Stop stop, SpectrumOptions options, TextWriter remarks)
    {
        switch (stop.Reason)
        {
            case StopReason.Returned or StopReason.Exited:
                return (byte)stop.Value;
            case StopReason.TimeSpent when options.Frames is not null:
                return 0;
            case StopReason.TimeSpent:
                remarks.WriteLine($"Stopped after {SpectrumOptions.DefaultFrames} frames; --frames runs it longer, "
                    + "--screen FILE shows its screen.");
                return TimeoutExitCode;
            // A trap has printed why, and stops the machine with its exit code in BC; so may a program that is done.
            case StopReason.Halted:
                return stop.Value == VmRun.TrapExitCode ? VmRun.TrapExitCode : 0;
            default:
                remarks.WriteLine($"Stopped: {stop.Message}.");
                return 1;
        }
    }
}
