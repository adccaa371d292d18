using MinZ.Backends.Z80.Assembly;
using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Z80Assembly;

/// <summary>
/// Holds the costs and effects of the instruction table against the processor: each form runs from random states;
/// what the table does not name as used must not matter, what it does not name as changed must stay.
/// </summary>
public sealed class TableAgainstCpuTests
{
    private const int Trials = 60;

    public static TheoryData<string> Pages => ["00", "CB", "ED", "DD", "FD", "DDCB", "FDCB"];

    [Theory]
    [MemberData(nameof(Pages))]
    public void CostsAndEffectsAreThoseOfTheProcessor(string page)
    {
        var random = new Random(42);
        var forms = InstructionTable.Forms.Where(f => Page(f) == page).ToList();
        Assert.NotEmpty(forms);
        foreach (var form in forms)
        {
            var times = new HashSet<int>();
            var effects = Effects.None;
            for (var trial = 0; trial < Trials; trial++)
                Compare(form, random, times, ref effects);
            Assert.True(times.SetEquals([form.TStates, form.TStatesNotTaken]),
                $"{form}: T-states {string.Join('/', times)}");
            Assert.True(effects == (form.Effects & ~Effects.Wait), $"{form}: effects {effects}");
        }
    }

    private static string Page(InstructionForm form) =>
        (form.IndexPrefix, form.Page) switch
        {
            (0, 0) => "00",
            (0, var page) => $"{page:X2}",
            (var prefix, 0) => $"{prefix:X2}",
            var (prefix, page) => $"{prefix:X2}{page:X2}",
        };

    // Two runs from states that agree in all the form uses, and differ in what it does not.
    private static void Compare(InstructionForm form, Random random, HashSet<int> times, ref Effects effects)
    {
        var number = form.Number switch
        {
            NumberField.Bit => random.Next(8),
            NumberField.Restart => random.Next(8) * 8,
            NumberField.Mode => random.Next(3),
            NumberField.None or NumberField.Zero => 0,
            NumberField.Byte or NumberField.Relative => random.Next(-128, 128),
            NumberField.Word => random.Next(0x10000),
        };
        var code = new byte[form.Size];
        InstructionEncoder.Write(form, number, random.Next(-128, 128), code);
        var start = MachineState.Random(random);
        var other = start.Perturbed(form.Uses, random);
        var seed = random.Next();
        var (first, second) = (new Run(code, start, seed), new Run(code, other, seed));

        times.Add((int)first.TStates);
        effects |= first.Effects;
        Assert.True(first.TStates == second.TStates, $"{form}: T-states depend on more than is used");
        Assert.True(first.Next == second.Next, $"{form}: the flow depends on more than is used");
        Assert.True(first.Writes.SequenceEqual(second.Writes), $"{form}: writes depend on more than is used");
        if (form.Flow == Flow.Next && first.Next != Run.Address)
            Assert.Equal(Run.Address + form.Size, first.Next);
        foreach (var register in MachineState.Registers)
        {
            if (form.Defs.HasFlag(register))
            {
                Assert.True(first.Final[register] == second.Final[register],
                    $"{form}: {register} depends on more than is used");
            }
            // R counts fetches, which the table leaves out.
            else if (register != Regs.R)
            {
                Assert.True(first.Final[register] == start[register] && second.Final[register] == other[register],
                    $"{form}: {register} changes");
            }
        }
    }

    /// <summary>The state the table speaks of, one number for each of its bits.</summary>
    private sealed class MachineState
    {
        private readonly int[] _values = new int[32];
        private int _otherFlags;

        public static IEnumerable<Regs> Registers { get; } =
            Enumerable.Range(0, 25).Select(bit => (Regs)(1u << bit)).ToArray();

        public int this[Regs register]
        {
            get => _values[System.Numerics.BitOperations.TrailingZeroCount((uint)register)];
            private set => _values[System.Numerics.BitOperations.TrailingZeroCount((uint)register)] = value;
        }

        public static MachineState Random(Random random)
        {
            var state = new MachineState { _otherFlags = random.Next(256) & (Flags.X | Flags.Y) };
            foreach (var register in Registers)
                state[register] = RandomValue(register, random);
            // Counters near their end, so that loops end in some runs.
            if (random.Next(2) == 0)
                (state[Regs.B], state[Regs.C]) = random.Next(2) == 0 ? (0, 1) : (1, state[Regs.C]);
            return state;
        }

        public MachineState Perturbed(Regs keep, Random random)
        {
            var state = new MachineState { _otherFlags = _otherFlags };
            foreach (var register in Registers)
                state[register] = keep.HasFlag(register) ? this[register] : RandomValue(register, random);
            return state;
        }

        private static int RandomValue(Regs register, Random random) => register switch
        {
            >= Regs.FlagC => random.Next(2),
            Regs.SP => random.Next(0x10000),
            Regs.AFAlt => random.Next(0x10000) & ~(Flags.X | Flags.Y),
            Regs.BCAlt or Regs.DEAlt or Regs.HLAlt => random.Next(0x10000),
            Regs.Interrupt => random.Next(2),
            _ => random.Next(256),
        };

        private static readonly (Regs Register, byte Bit)[] FlagBits =
        [
            (Regs.FlagC, Flags.C), (Regs.FlagN, Flags.N), (Regs.FlagPV, Flags.P), (Regs.FlagH, Flags.H),
            (Regs.FlagZ, Flags.Z), (Regs.FlagS, Flags.S),
        ];

        public void Load(Cpu<RecordingBus> cpu)
        {
            cpu.Regs.A = (byte)this[Regs.A];
            cpu.Regs.F = (byte)(_otherFlags | FlagBits.Sum(f => this[f.Register] * f.Bit));
            (cpu.Regs.B, cpu.Regs.C) = ((byte)this[Regs.B], (byte)this[Regs.C]);
            (cpu.Regs.D, cpu.Regs.E) = ((byte)this[Regs.D], (byte)this[Regs.E]);
            (cpu.Regs.H, cpu.Regs.L) = ((byte)this[Regs.H], (byte)this[Regs.L]);
            cpu.Regs.IX = (ushort)(this[Regs.IXH] << 8 | this[Regs.IXL]);
            cpu.Regs.IY = (ushort)(this[Regs.IYH] << 8 | this[Regs.IYL]);
            (cpu.Regs.SP, cpu.Regs.I, cpu.Regs.R) = ((ushort)this[Regs.SP], (byte)this[Regs.I], (byte)this[Regs.R]);
            (cpu.Regs.ShadowAF, cpu.Regs.ShadowBC) = ((ushort)this[Regs.AFAlt], (ushort)this[Regs.BCAlt]);
            (cpu.Regs.ShadowDE, cpu.Regs.ShadowHL) = ((ushort)this[Regs.DEAlt], (ushort)this[Regs.HLAlt]);
            cpu.Iff1 = cpu.Iff2 = this[Regs.Interrupt] != 0;
        }

        public static MachineState Of(Cpu<RecordingBus> cpu)
        {
            var state = new MachineState();
            foreach (var (register, bit) in FlagBits)
                state[register] = (cpu.Regs.F & bit) != 0 ? 1 : 0;
            (state[Regs.A], state[Regs.B], state[Regs.C]) = (cpu.Regs.A, cpu.Regs.B, cpu.Regs.C);
            (state[Regs.D], state[Regs.E], state[Regs.H], state[Regs.L]) =
                (cpu.Regs.D, cpu.Regs.E, cpu.Regs.H, cpu.Regs.L);
            (state[Regs.IXH], state[Regs.IXL]) = (cpu.Regs.IX >> 8, cpu.Regs.IX & 0xFF);
            (state[Regs.IYH], state[Regs.IYL]) = (cpu.Regs.IY >> 8, cpu.Regs.IY & 0xFF);
            (state[Regs.SP], state[Regs.I], state[Regs.R]) = (cpu.Regs.SP, cpu.Regs.I, cpu.Regs.R);
            state[Regs.AFAlt] = cpu.Regs.ShadowAF & ~(Flags.X | Flags.Y);
            (state[Regs.BCAlt], state[Regs.DEAlt], state[Regs.HLAlt]) =
                (cpu.Regs.ShadowBC, cpu.Regs.ShadowDE, cpu.Regs.ShadowHL);
            state[Regs.Interrupt] = cpu.Iff1 ? 1 : 0;
            return state;
        }
    }

    /// <summary>One instruction run on a processor of its own.</summary>
    private sealed class Run
    {
        public const int Address = 0x6000;

        public Run(byte[] code, MachineState start, int seed)
        {
            var log = new BusLog(code, seed);
            var cpu = new Cpu<RecordingBus>(new RecordingBus(log));
            start.Load(cpu);
            cpu.Regs.PC = Address;
            cpu.Step();
            (TStates, Next, Final) = (cpu.T, cpu.Regs.PC, MachineState.Of(cpu));
            (Effects, Writes) = (log.Effects, log.Writes);
        }

        public long TStates { get; }

        public int Next { get; }

        public MachineState Final { get; }

        public Effects Effects { get; }

        public List<(int Address, int Value)> Writes { get; }
    }

    /// <summary>What went over the bus. Memory holds the instruction, and noise by address elsewhere.</summary>
    private sealed class BusLog(byte[] code, int seed)
    {
        public Effects Effects { get; set; }

        public List<(int Address, int Value)> Writes { get; } = [];

        public byte Read(int address)
        {
            if (address - Run.Address is >= 0 and var at && at < code.Length)
                return code[at];
            Effects |= Effects.Load;
            return Noise(address);
        }

        public byte Noise(int address) => (byte)(((uint)(address + seed) * 2654435761u) >> 24);
    }

    private readonly struct RecordingBus(BusLog log) : IBus
    {
        public byte Fetch(ushort address, ref long t)
        {
            t += 4;
            return log.Read(address);
        }

        public byte Read(ushort address, ref long t)
        {
            t += 3;
            return log.Read(address);
        }

        public void Write(ushort address, byte value, ref long t)
        {
            t += 3;
            log.Effects |= Effects.Store;
            log.Writes.Add((address, value));
        }

        public byte In(ushort port, ref long t)
        {
            t += 4;
            log.Effects |= Effects.Port;
            return log.Noise(port);
        }

        public void Out(ushort port, byte value, ref long t)
        {
            t += 4;
            log.Effects |= Effects.Port;
            log.Writes.Add((port | 0x10000, value));
        }

        public void Idle(ushort address, int count, ref long t) => t += count;

        public byte Acknowledge() => 0xFF;
    }
}
