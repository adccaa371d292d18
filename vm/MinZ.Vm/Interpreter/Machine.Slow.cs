using System.Runtime.InteropServices;
using MinZ.Mir;
using MinZ.Vm.Memory;
using MinZ.Vm.Sandbox;

namespace MinZ.Vm.Interpreter;

/// <summary>What leaves the loop: rare, long, or asking the host.</summary>
internal sealed unsafe partial class Machine
{
    /// <summary>
    /// Does one instruction. Returns the next one, or null when the program stops (<see cref="_trap"/> says why).
    /// The frame to go on in is left in <see cref="_frame"/>.
    /// </summary>
    private Insn* Slow(Insn* ip, long* R)
    {
        _ip = ip;
        _frame = R;
        switch (ip->Op)
        {
            case Code.Translate:
                return Translate(ip, R);
            case Code.CallIndirect:
                return CallIndirect(ip, R);
            case Code.Trap:
                return Stop((TrapCode)ip->D);
            case Code.TrapText:
                return Stop((TrapCode)ip->D, TextOf((uint)R[ip->A]));
            case Code.New:
                // The buffer is used up; with room made the instruction will do.
                return Reserve((uint)ip->D) ? ip : null;
            case Code.NewZeroed:
                return NewZeroed(ip, R);
            case Code.Fill:
                return Fill(ip, R);
            case Code.CopyN:
                return Copy(ip, R);
            case Code.Evaluate:
                var (op, type) = _program.Evaluation(ip->D);
                return op.Info().Evaluate!(type, R[ip->B], R[ip->C], out R[ip->A]) ? ip + 1
                    : Stop(TrapCode.DivideByZero);
            case Code.Convert:
                var (from, to) = _program.Conversion(ip->D);
                R[ip->A] = Evaluators.Convert(from, to, R[ip->B]);
                return ip + 1;
            case Code.Intrinsic:
                return Intrinsic(ip, R);
            case Code.Host:
                return Host(ip, R);
            case Code.AsmBlock:
                return Assembly(ip, R);
            case var code when Codes.IsConcurrent(code):
                return Concurrent(ip, R);
            case Code.StrLen or Code.StrAt or Code.StrConcat or Code.StrSlice or Code.StrCompare or Code.StrOf
                or Code.StrFrom:
                return Text(ip, R);
            default:
                throw new InvalidOperationException($"bytecode {ip->Op} has no implementation");
        }
    }

    private Insn* Stop(TrapCode code, string? message = null)
    {
        (_trap, _message) = (code, message);
        return null;
    }

    private Insn* BadAddress(uint address)
    {
        _fault = address;
        return Stop(address < NullPage ? TrapCode.NullReference : TrapCode.BadAddress);
    }

    private string TextOf(uint address) => _linear.TryText(address, out var text)
        ? System.Text.Encoding.UTF8.GetString(text) : $"(message at bad address 0x{address:X})";

    private Insn* Translate(Insn* ip, long* R)
    {
        var entry = (CodeEntry*)ip->Word;
        try
        {
            _program.Translate(entry);
        }
        catch (VmLoadException e)
        {
            return Stop(TrapCode.Unreachable, e.Message);
        }
        return TryGrow(entry->FrameSlots) ? entry->Code : Stop(TrapCode.StackOverflow);
    }

    private Insn* CallIndirect(Insn* ip, long* R)
    {
        var address = (uint)R[ip->C];
        var entry = _program.EntryAt(address);
        if (entry == null)
            return address == 0 ? Stop(TrapCode.NullReference, "the function value is null")
                : Stop(TrapCode.BadAddress, $"0x{address:X} is not the address of a function");
        if (entry->Signature != ip->E)
            return Stop(TrapCode.BadAddress, "the function value is of " +
                $"'{_program.Module.Functions[entry->Index].Name}', whose signature is another");
        if (--_fuel < 0)
            return EndTurn(ip, R);
        var depth = ((int*)R)[-3] + 1;
        if (depth > _maxDepth || !TryGrow(ip->A + entry->FrameSlots))
            return Stop(TrapCode.StackOverflow);
        var next = _frame + ip->A;
        next[-1] = (long)(ip + 1);
        ((int*)next)[-4] = ip->A;
        ((int*)next)[-3] = depth;
        _frame = next;
        return entry->Code;
    }

    private Insn* Fill(Insn* ip, long* R)
    {
        var (to, bytes) = ((uint)R[ip->A], (ulong)R[ip->C]);
        if (bytes == 0)
            return ip + 1;
        if (!_linear.Covers(to, bytes))
            return BadAddress(to);
        if (!Charge(bytes))
            return Stop(TrapCode.FuelExhausted);
        NativeMemory.Fill(_memory + to, (nuint)bytes, (byte)R[ip->B]);
        return ip + 1;
    }

    private Insn* Copy(Insn* ip, long* R)
    {
        var (to, from, bytes) = ((uint)R[ip->A], (uint)R[ip->B], (ulong)R[ip->C]);
        if (bytes == 0)
            return ip + 1;
        if (bytes > uint.MaxValue || !_linear.Covers(to, bytes) || !_linear.Covers(from, bytes))
            return BadAddress(_linear.Covers(to, Math.Min(bytes, uint.MaxValue)) ? from : to);
        if (!Charge(bytes))
            return Stop(TrapCode.FuelExhausted);
        Buffer.MemoryCopy(_memory + from, _memory + to, bytes, bytes);
        return ip + 1;
    }

    private Insn* Host(Insn* ip, long* R)
    {
        if (IsHelper)
            return LeaveToFirst(ip, R);
        var arguments = new ReadOnlySpan<long>(R + ip->A, ip->C);
        try
        {
            if (!_gate.TryInvoke(_program.Host(ip->D), arguments, out var result, out var denial))
                return Stop(TrapCode.Denied, denial);
            // The function may have called back, and the frame may have moved.
            _frame[ip->B] = result;
        }
        catch (VmTrapException e)
        {
            return Stop(e.Code, e.Message);
        }
        // The function may have called back, which moved this.
        _ip = ip;
        return ExitCode is null ? ip + 1 : Stop(TrapCode.Unreachable);
    }

    private Insn* Intrinsic(Insn* ip, long* R)
    {
        var type = _program.Type(ip->D);
        var bits = R[ip->B];
        switch ((Intrinsic)ip->C)
        {
            case Mir.Intrinsic.Exit:
                Exit((byte)bits);
                return Stop(TrapCode.Unreachable);
            case Mir.Intrinsic.Sqrt or Mir.Intrinsic.Sin or Mir.Intrinsic.Cos or Mir.Intrinsic.Floor
                or Mir.Intrinsic.Ceil
                or Mir.Intrinsic.Round:
                R[ip->A] = Constants.OfFloat(type, Float((Intrinsic)ip->C, type, Constants.ToFloat(type, bits)));
                return ip + 1;
            default:
                return Print((Intrinsic)ip->C, type, bits) ? ip + 1 : null;
        }
    }

    private static double Float(Intrinsic intrinsic, MirType type, double x) => intrinsic switch
    {
        Mir.Intrinsic.Sqrt => Math.Sqrt(x),
        Mir.Intrinsic.Sin => type.Kind == TypeKind.F32 ? Trigonometry.Sin((float)x) : Trigonometry.Sin(x),
        Mir.Intrinsic.Cos => type.Kind == TypeKind.F32 ? Trigonometry.Cos((float)x) : Trigonometry.Cos(x),
        Mir.Intrinsic.Floor => Math.Floor(x),
        Mir.Intrinsic.Ceil => Math.Ceiling(x),
        _ => Math.Round(x, MidpointRounding.ToEven),
    };

    private bool Print(Intrinsic intrinsic, MirType type, long bits)
    {
        if (!_world.IsShared)
            return Write(intrinsic, type, bits);
        // What one call prints stays together.
        lock (_gate)
            return Write(intrinsic, type, bits);
    }

    private bool Write(Intrinsic intrinsic, MirType type, long bits)
    {
        if (!_gate.IsGranted(HostServices.Console))
        {
            Stop(TrapCode.Denied, Gate.Denial(HostServices.Console));
            return false;
        }
        Span<byte> buffer = stackalloc byte[NumberText.MaxLength];
        switch (intrinsic)
        {
            case Mir.Intrinsic.PrintLine:
                break;
            case Mir.Intrinsic.PrintChar:
                // The Spectrum's ENTER ends a line wherever the program runs.
                buffer[0] = (byte)bits == '\r' ? (byte)'\n' : (byte)bits;
                Put(buffer[..1]);
                break;
            case Mir.Intrinsic.PrintHex:
                Put(buffer[..NumberText.WriteHex(type, bits, buffer)]);
                break;
            case var _ when type.Kind != TypeKind.Str:
                Put(buffer[..NumberText.Write(type, bits, buffer)]);
                break;
            default:
                if (!_linear.TryText((uint)bits, out var text))
                {
                    BadAddress((uint)bits);
                    return false;
                }
                Put(text);
                break;
        }
        if (intrinsic is Mir.Intrinsic.Print or Mir.Intrinsic.PrintLine)
            Put("\n"u8);
        return true;
    }
}
