using System.IO.Compression;
using System.Text.Json;
using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Z80Machine;

/// <summary>
/// SingleStepTests/z80: every opcode with random registers; state, memory, ports and the pins at each T-state.
/// </summary>
public sealed class SingleStepTests
{
    [Theory]
    [InlineData("base", 12600)]
    [InlineData("cb", 12800)]
    [InlineData("ed", 4000)]
    [InlineData("dd", 12600)]
    [InlineData("fd", 12600)]
    [InlineData("ddcb", 12800)]
    [InlineData("fdcb", 12800)]
    public void Every_case_ends_with_the_expected_state_and_pins(string page, int count)
    {
        using FileStream file = File.OpenRead(Vectors.Require($"sst/{page}.jsonl.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var recorder = new PinBus.Recorder();
        var failures = new List<string>();
        int cases = 0;
        while (reader.ReadLine() is { } line)
        {
            using JsonDocument test = JsonDocument.Parse(line);
            cases++;
            if (Run(test.RootElement, recorder) is { } problem)
            {
                failures.Add($"{test.RootElement.GetProperty("name")}: {problem}");
            }
        }
        Assert.Equal(count, cases);
        Assert.True(failures.Count == 0, $"{failures.Count} of {cases}:\n{string.Join('\n', failures.Take(20))}");
    }

    private static string? Run(JsonElement test, PinBus.Recorder recorder)
    {
        recorder.Clear(test.TryGetProperty("ports", out JsonElement ports) ? ports : default);
        var cpu = new Cpu<PinBus>(new PinBus(recorder));
        JsonElement initial = test.GetProperty("initial");
        JsonElement final = test.GetProperty("final");
        Load(cpu, initial);
        recorder.RefreshAddress = () => cpu.Regs.IR;
        foreach (JsonElement cell in initial.GetProperty("ram").EnumerateArray())
        {
            recorder.Memory[cell[0].GetInt32()] = cell[1].GetByte();
        }
        cpu.Step();
        string? problem = Compare(cpu, final) ?? Compare(recorder, final.GetProperty("ram"))
            ?? Compare(recorder.Pins, test.GetProperty("cycles"))
            ?? (recorder.PortsLeft == 0 ? null : "ports not accessed");
        foreach (JsonElement cell in initial.GetProperty("ram").EnumerateArray())
        {
            recorder.Memory[cell[0].GetInt32()] = 0;
        }
        return problem;
    }

    private static void Load(Cpu<PinBus> cpu, JsonElement state)
    {
        byte Byte(string name) => state.GetProperty(name).GetByte();
        ushort Word(string name) => state.GetProperty(name).GetUInt16();
        ref Registers r = ref cpu.Regs;
        (r.A, r.F, r.B, r.C, r.D, r.E) = (Byte("a"), Byte("f"), Byte("b"), Byte("c"), Byte("d"), Byte("e"));
        (r.H, r.L, r.I, r.R) = (Byte("h"), Byte("l"), Byte("i"), Byte("r"));
        (r.ShadowAF, r.ShadowBC, r.ShadowDE, r.ShadowHL) = (Word("af_"), Word("bc_"), Word("de_"), Word("hl_"));
        (r.IX, r.IY, r.SP, r.PC, r.WZ) = (Word("ix"), Word("iy"), Word("sp"), Word("pc"), Word("wz"));
        (cpu.Iff1, cpu.Iff2, cpu.InterruptMode) = (Byte("iff1") != 0, Byte("iff2") != 0, Byte("im"));
        (cpu.Q, cpu.IsAfterEi, cpu.IsAfterLoadIr) = (Byte("q"), Byte("ei") != 0, Byte("p") != 0);
    }

    private static string? Compare(Cpu<PinBus> cpu, JsonElement want)
    {
        Registers r = cpu.Regs;
        ReadOnlySpan<(string Name, int Value)> got =
        [
            ("a", r.A), ("f", r.F), ("b", r.B), ("c", r.C), ("d", r.D), ("e", r.E), ("h", r.H), ("l", r.L),
            ("i", r.I), ("r", r.R), ("af_", r.ShadowAF), ("bc_", r.ShadowBC), ("de_", r.ShadowDE),
            ("hl_", r.ShadowHL), ("ix", r.IX), ("iy", r.IY), ("pc", r.PC), ("sp", r.SP), ("wz", r.WZ),
            ("iff1", cpu.Iff1 ? 1 : 0), ("iff2", cpu.Iff2 ? 1 : 0), ("im", cpu.InterruptMode), ("q", cpu.Q),
            ("ei", cpu.IsAfterEi ? 1 : 0), ("p", cpu.IsAfterLoadIr ? 1 : 0),
        ];
        foreach ((string name, int value) in got)
        {
            int expected = want.GetProperty(name).GetInt32();
            if (expected != value)
            {
                return $"{name} is {value:x}, not {expected:x}";
            }
        }
        return null;
    }

    private static string? Compare(PinBus.Recorder recorder, JsonElement ram)
    {
        foreach (JsonElement cell in ram.EnumerateArray())
        {
            int address = cell[0].GetInt32();
            if (recorder.Memory[address] != cell[1].GetByte())
            {
                return $"memory {address:x4} is {recorder.Memory[address]:x2}, not {cell[1].GetByte():x2}";
            }
        }
        return null;
    }

    private static string? Compare(List<Pins> got, JsonElement want)
    {
        if (got.Count != want.GetArrayLength())
        {
            return $"took {got.Count} T, not {want.GetArrayLength()}";
        }
        int t = 0;
        foreach (JsonElement cycle in want.EnumerateArray())
        {
            Pins pins = got[t++];
            int? data = cycle[1].ValueKind == JsonValueKind.Null ? null : cycle[1].GetInt32();
            bool sameAddress = pins.Address is null || pins.Address == cycle[0].GetInt32();
            if (!sameAddress || pins.Data != data || pins.Lines != cycle[2].GetString())
            {
                return $"T {t}: {pins}, not {cycle}";
            }
        }
        return null;
    }

    /// <summary>One T-state; no address where the suite shows the refresh address, which the bus is not told.</summary>
    private readonly record struct Pins(int? Address, int? Data, string Lines);

    private readonly struct PinBus(PinBus.Recorder recorder) : IBus
    {
        internal sealed class Recorder
        {
            private readonly Queue<(int Port, byte Value, string Direction)> _ports = [];

            public byte[] Memory { get; } = new byte[0x10000];

            public List<Pins> Pins { get; } = [];

            public Func<ushort> RefreshAddress { get; set; } = () => 0;

            public int PortsLeft => _ports.Count;

            public void Clear(JsonElement ports)
            {
                Pins.Clear();
                _ports.Clear();
                if (ports.ValueKind == JsonValueKind.Array)
                {
                    foreach (JsonElement port in ports.EnumerateArray())
                    {
                        _ports.Enqueue((port[0].GetInt32(), port[1].GetByte(), port[2].GetString()!));
                    }
                }
            }

            public void Add(int? address, int? data = null, string lines = "----") =>
                Pins.Add(new Pins(address, data, lines));

            public byte NextPort(int port, string direction)
            {
                (int Port, byte Value, string Direction) next = _ports.Dequeue();
                Assert.Equal((port, direction), (next.Port, next.Direction));
                return next.Value;
            }
        }

        public byte Fetch(ushort address, ref long t)
        {
            t += 4;
            recorder.Add(address);
            recorder.Add(address, null, "r-m-");
            recorder.Add(null, recorder.Memory[address]);
            recorder.Add(null);
            return recorder.Memory[address];
        }

        public byte Read(ushort address, ref long t)
        {
            t += 3;
            recorder.Add(address);
            recorder.Add(address, null, "r-m-");
            recorder.Add(address, recorder.Memory[address]);
            return recorder.Memory[address];
        }

        public void Write(ushort address, byte value, ref long t)
        {
            t += 3;
            recorder.Add(address);
            recorder.Add(address, value, "-wm-");
            recorder.Add(address);
            recorder.Memory[address] = value;
        }

        public byte In(ushort port, ref long t)
        {
            t += 4;
            byte value = recorder.NextPort(port, "r");
            recorder.Add(port);
            recorder.Add(port);
            recorder.Add(port, null, "r--i");
            recorder.Add(port, value);
            return value;
        }

        public void Out(ushort port, byte value, ref long t)
        {
            t += 4;
            Assert.Equal(recorder.NextPort(port, "w"), value);
            recorder.Add(port);
            recorder.Add(port);
            recorder.Add(port, value, "-w-i");
            recorder.Add(port);
        }

        public void Idle(ushort address, int count, ref long t)
        {
            t += count;
            if (address == recorder.RefreshAddress() && recorder.Pins[^1].Address is null)
            {
                // Here the suite shows R as it was during the refresh; the core, like Fuse, has counted it up by then.
                address = (ushort)(address & 0xFF80 | address - 1 & 0x7F);
            }
            for (; count > 0; count--)
            {
                recorder.Add(address);
            }
        }

        public byte Acknowledge() => 0xFF;
    }
}
