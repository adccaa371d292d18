using System.Collections.Immutable;
using MinZ.Backends.Z80.Assembly;
using MinZ.Backends.Z80.Runtime;
using MinZ.Mir;
using MinZ.Mir.Lowering;
using Instruction = MinZ.Backends.Z80.Assembly.Instruction;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>Calls, services, traps and inline assembly.</summary>
internal sealed partial class Selector
{
    private void SelectCall(int id)
    {
        var i = _f[id];
        var o = _f.Operands(id).ToArray();
        switch (i.Op)
        {
            case Op.Call:
                SelectDirectCall(id, o);
                break;
            case Op.TailCall:
                SelectTailCall(id, o);
                break;
            case Op.CallIndirect:
                var types = o.Skip(1).Select(_f.TypeOf).ToArray();
                var resultSize = i.Result.IsValid ? SizeOf(_f.TypeOf(i.Result)) : 0;
                Add(new LInst(LOp.CallIndirect, 0)
                {
                    Outs = i.Result.IsValid ? [NewVariable(i.Result).Register] : [],
                    Args = [Word(o[0]), .. o.Skip(1).Select(Val)],
                    Payload = Conventions.Standard(types.Select(SizeOf), resultSize),
                });
                break;
            case Op.Intrinsic:
                SelectIntrinsic(id, o);
                break;
            case Op.Asm:
                SelectAssembly((AsmBlock)i.Payload!, o);
                break;
            case Op.StrCmp:
                Routine(RuntimeLibrary.CompareStrings, [Val(o[0]), Val(o[1])], NewVariable(i.Result));
                break;
            case Op.Trap:
                var code = (TrapCode)i.Bits;
                var text = o.Length > 0 ? Val(o[0])
                    : Opnd.Of(_scope.LabelOf(RuntimeLibrary.DefaultText(code)), 2);
                Add(new LInst(LOp.Trap, 0)
                {
                    Args = o.Length > 0 || code is TrapCode.Panic or TrapCode.Assert ? [text] : [],
                    Payload = Site(code),
                });
                break;
            case Op.Unreachable:
                Add(new LInst(LOp.Trap, 0) { Payload = Site(TrapCode.Unreachable) });
                break;
            default:
                // Yield: without a spawn there is one thread.
                if (_scope.HasThreads)
                    Routine(RuntimeLibrary.Yield, []);
                break;
        }
    }

    private void SelectDirectCall(int id, Value[] o)
    {
        var i = _f[id];
        var callee = ((FunctionRef)i.Payload!).Function;
        if (callee.Abi is { Convention: RuntimeFunctions.NativeConvention, Symbol: { } native })
        {
            if (i.Result.IsValid)
                Routine(RuntimeLibrary.Natives[native], [.. o.Select(Val)], NewVariable(i.Result));
            else
                Routine(RuntimeLibrary.Natives[native], [.. o.Select(Val)]);
            return;
        }
        if (callee.IsExtern && !_scope[callee].IsExtern)
        {
            _scope.Report(1003, $"the function '{callee.Name}' has no body", "give it an address: @extern(0x0D6B)",
                _location);
            if (i.Result.IsValid)
                NewVariable(i.Result);
            return;
        }
        Add(new LInst(LOp.Call, 0)
        {
            Outs = i.Result.IsValid ? [NewVariable(i.Result).Register] : [],
            Args = [.. o.Select(Val)],
            Payload = _scope[callee],
            // What a runtime function stops for is the fault of its caller.
            Site = _location.IsKnown && _scope.StopsForCaller(callee) ? Site(TrapCode.Panic) : null,
        });
    }

    // A thread starts with one word at most.
    private void SelectSpawn(int id)
    {
        var i = _f[id];
        var o = _f.Operands(id).ToArray();
        if (i.Result.IsValid || o.Length > 1 || o.Any(v => SizeOf(_f.TypeOf(v)) != 2))
        {
            Unsupported("'spawn' operations with such arguments");
            if (i.Result.IsValid)
                NewVariable(i.Result);
            return;
        }
        var function = ((FunctionRef)i.Payload!).Function;
        _scope.Spawned.Add(function);
        var label = _scope[function].Label;
        Routine(RuntimeLibrary.Spawn, [Opnd.Of(label, 2), o.Length == 0 ? Opnd.Of(0, 2) : Val(o[0]),
            Opnd.Of(Linker.StackOf(label), 2)]);
        _block.Instructions[^1].Site = Site(TrapCode.OutOfMemory);
    }

    // Within the same frame a jump does; otherwise it is a call and a return.
    private void SelectTailCall(int id, Value[] o)
    {
        var callee = ((FunctionRef)_f[id].Payload!).Function;
        if (_l.StackFrame == 0 && !_l.IsInterrupt && !callee.IsExtern)
        {
            Add(new LInst(LOp.TailCall, 0) { Args = [.. o.Select(Val)], Payload = _scope[callee] });
            return;
        }
        var size = callee.Result.Kind == TypeKind.Void ? 0 : SizeOf(callee.Result);
        ImmutableArray<Opnd> result = size == 0 ? [] : [Temporary(size)];
        Add(new LInst(LOp.Call, 0)
        {
            Outs = [.. result.Select(r => r.Register)], Args = [.. o.Select(Val)], Payload = _scope[callee],
        });
        Add(new LInst(LOp.Return, size) { Args = result });
    }

    private void SelectIntrinsic(int id, Value[] o)
    {
        var intrinsic = (Intrinsic)_f[id].Bits;
        switch (intrinsic)
        {
            case Intrinsic.Print or Intrinsic.PrintText:
                SelectPrint(o[0]);
                if (intrinsic == Intrinsic.Print)
                    Routine(RuntimeLibrary.PrintLine, []);
                break;
            case Intrinsic.PrintLine:
                Routine(RuntimeLibrary.PrintLine, []);
                break;
            case Intrinsic.PrintChar:
                Routine(RuntimeLibrary.PrintChar, [Val(o[0])]);
                break;
            case Intrinsic.PrintHex:
                var x = Val(o[0]);
                Routine(x.Size switch
                {
                    1 => RuntimeLibrary.PrintHex8,
                    2 => RuntimeLibrary.PrintHex16,
                    3 => RuntimeLibrary.PrintHex24,
                    _ => RuntimeLibrary.PrintHex32,
                }, [x]);
                break;
            case Intrinsic.Exit:
                Routine(RuntimeLibrary.Exit, [Val(o[0])]);
                break;
            default:
                Unsupported($"'{intrinsic.Info().Name}' and other floating-point services");
                break;
        }
    }

    private void SelectPrint(Value value)
    {
        var type = _f.TypeOf(value);
        var x = Val(value);
        if (type.Kind == TypeKind.Str)
            Routine(RuntimeLibrary.PrintString, [x]);
        else if (type.Kind == TypeKind.Bool)
            Routine(RuntimeLibrary.PrintBool, [x]);
        else if (x.Size == 1)
            Routine(type.IsSigned ? RuntimeLibrary.PrintI8 : RuntimeLibrary.PrintU8, [x]);
        else if (x.Size == 2)
            Routine(type.IsSigned ? RuntimeLibrary.PrintI16 : RuntimeLibrary.PrintU16, [x]);
        else
            Routine(type.IsSigned ? RuntimeLibrary.PrintI32 : RuntimeLibrary.PrintU32, [Extend(x, 4, type.IsSigned)]);
    }

    private void SelectAssembly(AsmBlock asm, Value[] o)
    {
        if (!string.Equals(asm.Target, "z80", StringComparison.OrdinalIgnoreCase))
        {
            _scope.Report(1005, $"this assembly is for '{asm.Target}'", "put it behind a target condition", _location);
            return;
        }
        var parsed = AsmParser.Parse(asm.Text, new AsmParserOptions
        {
            Start = _position.IsNone ? new SourcePosition(0, 1, 1) : _position,
            LabelPrefix = _scope.Emit.NewLabel() + "_",
            Resolve = name => Resolve(asm, name),
        });
        foreach (var e in parsed.Errors)
            _scope.Report(1006, LocalLabels.AsWritten(e.Message), LocalLabels.AsWritten(e.Hint),
                e.Position.Line > 0 && _location.IsKnown
                    ? new SourceLocation(_location.File, e.Position.Line, Math.Max(1, e.Position.Column), e.Length)
                    : _location);
        var inputs = asm.Inputs.Select(r => RegisterOf(r.Register)).ToImmutableArray();
        var outputs = asm.Outputs.Select(r => RegisterOf(r.Register)).ToImmutableArray();
        var variables = outputs.Select(s => Temporary(s.Size)).ToArray();
        Add(new LInst(LOp.Assembly, 0)
        {
            Outs = [.. variables.Select(v => v.Register)],
            Args = [.. o.Select((v, k) => Fit(Val(v), inputs[k].Size))],
            Payload = new AssemblyCode(parsed.Items, inputs, outputs, ClobbersOf(asm, parsed.Items)),
        });
        for (var k = 0; k < variables.Length; k++)
            Add(new LInst(LOp.Store, variables[k].Size)
            {
                Args = [Opnd.Of(_slots[asm.Outputs[k].Local!], 2), variables[k]],
            });
    }

    private Opnd Fit(Opnd x, int size) => x.Size == size ? x
        : x.IsConstant ? Opnd.Of(Truncated(x.Constant!, size), size)
        : x.Size > size ? x with { Size = size } : Do(LOp.ZeroExtend, size, x);

    private RegSeq RegisterOf(string name)
    {
        if (RegSeq.Find(name) is { } seq)
            return seq;
        _scope.Report(1007, $"'{name}' is no register a value can be in",
            "one of a, b, c, d, e, h, l, bc, de, hl, ix, dehl", _location);
        return RegSeq.A;
    }

    private Operand? Resolve(AsmBlock asm, string name) => InlineAssembly.Resolve(asm, name, b =>
        b.Function is { } f ? Expr.Of(_scope[f].Label) : b.Global is { } g ? AddressOf(g)
            : b.Local is { } l && _slots.TryGetValue(l, out var slot) ? slot : null);

    private static int ClobbersOf(AsmBlock asm, ImmutableArray<Item> items)
    {
        var mask = 0;
        foreach (var item in items)
            if (item is Instruction { Form: { } form })
                mask |= form.Flow is Flow.Call or Flow.CallIf ? ByteRegs.All : (int)form.Defs & ByteRegs.All;
        if (asm.Clobbers.IsDefault)
            return mask;
        foreach (var name in asm.Clobbers)
            mask |= RegSeq.Find(name)?.Mask
                ?? (name.Equals("af", StringComparison.OrdinalIgnoreCase) ? 1 << ByteRegs.A : 0);
        return mask;
    }
}

/// <summary>Places of parameters and results where the allocator may not choose them.</summary>
internal static class Conventions
{
    /// <summary>Bytes for parameters beyond the registers.</summary>
    public const int ArgumentBytes = 64;

    /// <summary>Where parameters go that have no register; callees take them from there at once.</summary>
    public const string ArgumentCells = "__arguments";

    /// <summary>
    /// For functions called through their address, recursive and exported ones: the first byte in A, words in HL, DE,
    /// BC, a long value in DEHL, the others in common cells.
    /// </summary>
    public static Convention Standard(IEnumerable<int> parameters, int result)
    {
        var list = ImmutableArray.CreateBuilder<Loc>();
        int taken = 0, cell = 0;
        foreach (var size in parameters)
        {
            ImmutableArray<RegSeq> choice = size switch
            {
                1 => [RegSeq.A, RegSeq.C, RegSeq.E, RegSeq.L],
                2 => [RegSeq.HL, RegSeq.DE, RegSeq.BC],
                3 => [RegSeq.EHL],
                _ => [RegSeq.DEHL],
            };
            var seq = choice.FirstOrDefault(s => (s.Mask & taken) == 0);
            if (seq is not null)
            {
                taken |= seq.Mask;
                list.Add(Loc.Of(seq));
                continue;
            }
            list.Add(Loc.Memory(Expr.Of(ArgumentCells) + cell, size));
            cell += size;
        }
        return new Convention { Parameters = list.ToImmutable(), Result = ResultOf(result) };
    }

    /// <summary>The convention of a function whose callers do not choose it: the standard one but for the registers it
    /// names itself.</summary>
    /// <param name="f">A lowered function.</param>
    /// <param name="size">Bytes of a type's values.</param>
    /// <param name="report">Takes message and hint for each register that cannot hold its parameter.</param>
    public static Convention Of(Function f, Func<MirType, int> size, Action<string, string> report)
    {
        var c = Standard(f.Parameters.Select(p => size(p.Type)), size(f.Result));
        if (f.Abi is not { Convention: "register", Registers.IsDefaultOrEmpty: false } abi)
            return c;
        foreach (var (name, register) in abi.Registers)
        {
            var at = f.Parameters.ToList().FindIndex(p => p.Name == name);
            if (at < 0 || RegSeq.Find(register) is not { } seq || seq.Size != size(f.Parameters[at].Type))
            {
                report($"'{register}' cannot hold the parameter '{name}' of '{f.Name}'",
                    "use a for 8 bits, hl, de or bc for 16 bits, dehl for 32 bits");
                continue;
            }
            c.Parameters = c.Parameters.SetItem(at, Loc.Of(seq));
        }
        var taken = 0;
        foreach (var place in c.Parameters)
        {
            if ((place.Mask & taken) != 0)
                report($"two parameters of '{f.Name}' are in the register {place}",
                    "give each parameter a register of its own");
            taken |= place.Mask;
        }
        return c;
    }

    /// <summary>Where a result of a size is.</summary>
    public static Loc ResultOf(int size) => size switch
    {
        0 => Loc.Nowhere,
        1 => Loc.Of(RegSeq.A),
        2 => Loc.Of(RegSeq.HL),
        3 => Loc.Of(RegSeq.EHL),
        _ => Loc.Of(RegSeq.DEHL),
    };
}
