using System.Diagnostics;
using System.Globalization;
using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Z80Machine;

/// <summary>The same snapshot on this machine and on the Fuse emulator, where that is installed.</summary>
public sealed class FuseEmulatorTests
{
    private const string Fuse = "fuse-sdl";
    private const int ScreenStart = 0x4000;
    private const int ScreenLength = 6912;
    private const int DoneCode = 42;

    [Fact]
    public void Both_leave_the_same_screen_and_border()
    {
        byte[] rom = Roms.Require();
        string romPath = Path.GetTempFileName();
        string snaPath = Path.ChangeExtension(romPath, ".sna");
        try
        {
            var machine = new Spectrum(rom);
            byte[] program = Program();
            machine.LoadBinary(0x8000, program);
            machine.Cpu.Regs.SP = 0xFF00;
            machine.StartAt(0x8000);
            ushort end = (ushort)(0x8000 + program.Length - 1);
            byte[] snapshot = SnaFile.Take(machine).ToArray();
            File.WriteAllBytes(romPath, rom);
            File.WriteAllBytes(snaPath, snapshot);
            int[] values = RunFuse(romPath, snaPath, end);

            var ours = new Spectrum(rom);
            ours.Load(SnaFile.Parse(snapshot));
            Assert.Equal(StopReason.Breakpoint, ours.RunUntil(end, 200 * Ula.FrameLength).Reason);
            Assert.Equal(values[0] & 7, ours.Ula.Border);
            Assert.Equal(values[1..], ours.Memory.Slice(ScreenStart, ScreenLength).ToArray().Select(Convert.ToInt32));
        }
        finally
        {
            File.Delete(romPath);
            File.Delete(snaPath);
        }
    }

    // Colours, positions, scrolling, points and lines through the ROM; ends with RET.
    private static byte[] Program()
    {
        var code = new List<byte>();
        void Load(params ReadOnlySpan<byte> bytes) => code.AddRange(bytes);
        void Print(params byte[] bytes)
        {
            foreach (byte value in bytes)
            {
                Load(0x3E, value, 0xD7);
            }
        }
        // CLS, never ask "scroll?", border 2, channel S.
        Load(0xCD, 0x6B, 0x0D, 0x3E, 255, 0x32, 0x8C, 0x5C, 0x3E, 2, 0xCD, 0x9B, 0x22, 0x3E, 2, 0xCD, 0x01, 0x16);
        Print([.. "Hello"u8, 13, 16, 2, 17, 6, .. "colours"u8, 22, 10, 5, 20, 1, 0x80, 0x8F, 0x90, 20, 0, 0xF5]);
        for (int line = 0; line < 14; line++)
        {
            Print(13, (byte)('A' + line));
        }
        // PLOT 16,32 and DRAW 100,128.
        Load(0x01, 0x10, 0x20, 0xCD, 0xE5, 0x22, 0x01, 0x64, 0x80, 0x11, 1, 1, 0xCD, 0xBA, 0x24);
        Load(0xC9);
        return [.. code];
    }

    /// <summary>The last byte sent to the ULA, then the screen.</summary>
    private static int[] RunFuse(string rom, string snapshot, ushort end)
    {
        string home = Directory.CreateTempSubdirectory().FullName;
        IEnumerable<int> addresses = Enumerable.Range(ScreenStart, ScreenLength);
        string peeks = string.Join('\n', addresses.Select(address => $"pr [{address}]"));
        var start = new ProcessStartInfo(Fuse,
        [
            "--machine", "48", "--no-sound", "--speed", "10000", "--rom-48", rom, "--no-confirm-actions",
            "--snapshot", snapshot,
            "--debugger-command", $"br 0x{end:x4}\ncom 1\npr ula:last\n{peeks}\nex {DoneCode}\nend",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = home;
        start.Environment["SDL_AUDIODRIVER"] = start.Environment["SDL_VIDEODRIVER"] = "dummy";
        start.Environment.Remove("DISPLAY");
        try
        {
            using Process process = Start(start);
            Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            if (!process.WaitForExit(TimeSpan.FromSeconds(60)))
            {
                process.Kill();
                Assert.Fail("Fuse did not reach the end of the program in a minute");
            }
            Assert.True(process.ExitCode == DoneCode, $"Fuse ended with {process.ExitCode}: {errors.Result}");
            return
            [
                .. output.Result.Split('\n').Where(line => line.StartsWith("0x", StringComparison.Ordinal))
                    .Select(line => int.Parse(line.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
            ];
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{Fuse} is not installed");
            throw;
        }
    }
}
