namespace MinZ.Mir.Lowering;

/// <content>
/// Text of fixed-point numbers: a function that works on the raw integer, made once for the module when something
/// prints such a number and once when something makes a string of one.
/// </content>
public sealed partial class FlatMemory
{
    private void PrepareFixedPoint()
    {
        Function? printer = null, writer = null;
        foreach (var f in _module.Functions.ToArray())
            foreach (var block in f.Blocks)
                for (var n = 0; n < block.Instructions.Count; n++)
                {
                    var id = block.Instructions[n];
                    if (!IsTextOfFixed(f, id, out var type))
                        continue;
                    var callee = f[id].Op == Op.StrOf
                        ? writer ??= new FixedPointText(MirType.Str).Build(_module, "fixed.text")
                        : printer ??= new FixedPointText(MirType.Void).Build(_module, "fixed.print");
                    n += CallInstead(f, block, n, callee, type);
                }
    }

    private static bool IsTextOfFixed(Function f, int id, out FixedType type)
    {
        var isText = f[id].Op == Op.StrOf || f[id].Op == Op.Intrinsic &&
            (Intrinsic)f[id].Bits is Intrinsic.Print or Intrinsic.PrintText;
        type = (isText ? f.TypeOf(f.Operands(id)[0]) as FixedType : null)!;
        return type is not null;
    }

    /// <summary>Puts a call in place of an instruction; returns how many instructions more there are.</summary>
    private static int CallInstead(Function f, Block block, int at, Function callee, FixedType type)
    {
        var id = block.Instructions[at];
        var location = f[id].Location;
        var integer = type.Signed ? MirType.SignedOf(type.Bits) : MirType.Unsigned(type.Bits);
        var raw = f.NewInstruction(Op.Bitcast, integer, [f.Operands(id)[0]], integer, null, 0, location);
        var wide = f.NewInstruction(Op.Conv, MirType.I32, [f[raw].Result], MirType.I32, null, 0, location);
        var call = f.NewInstruction(Op.Call, callee.Result,
            [f[wide].Result, f.Constant(MirType.U8, type.FractionBits)], callee.Result, callee.Reference, 0, location);
        List<int> together = [raw, wide, call];
        if (f[id].Op == Op.StrOf)
            f.Replace(f[id].Result, f[call].Result);
        else if ((Intrinsic)f[id].Bits == Intrinsic.Print)
            together.Add(f.NewInstruction(
                Op.Intrinsic, MirType.Void, [], null, null, (long)Intrinsic.PrintLine, location));
        block.Instructions.RemoveAt(at);
        block.Instructions.InsertRange(at, together);
        f.ApplyReplacements();
        return together.Count - 1;
    }

    /// <summary>
    /// Builds <c>f(i32 raw, u8 fraction bits)</c>, which writes the number in decimal, exactly: a sign, the whole part,
    /// and as many digits of the fraction as there are, at least one.
    /// </summary>
    /// <param name="result">void to print it, str to return it.</param>
    private sealed class FixedPointText(MirType result)
    {
        private readonly bool _prints = result.Kind == TypeKind.Void;

        public Function Build(Module module, string name)
        {
            var f = new Function(Unique(module, name))
            {
                Parameters = [new Parameter("raw", MirType.I32), new Parameter("bits", MirType.U8)], Result = result,
                Flags = FunctionFlags.NoInline,
            };
            module.Add(f);
            Fill(f);
            f.Renumber();
            return f;
        }

        private static string Unique(Module module, string name)
        {
            while (module.FindFunction(name) is not null)
                name += "$";
            return name;
        }

        private void Fill(Function f)
        {
            var entry = f.NewEntry();
            var (raw, bits) = (entry.Parameters[0], entry.Parameters[1]);
            var (minus, plus, digit, done) =
                (f.NewBlock("minus"), f.NewBlock("plus"), f.NewBlock("digit"), f.NewBlock("done"));
            var magnitude = f.NewParameter(plus, MirType.I32);
            var before = Text(f, plus);
            var fraction = f.NewParameter(digit, MirType.U32);
            var soFar = Text(f, digit);
            var whole = Text(f, done);

            var b = new Builder(f).At(entry);
            b.JumpIf(b.Compare(Op.CmpLt, raw, b.Constant(MirType.I32, 0)), minus, [], plus, [raw, .. Literal(b, "")]);
            b.At(minus);
            b.Jump(plus, [b.Unary(Op.Neg, raw), .. Append(b, Literal(b, ""), b.Text(StringConstant.Of("-")))]);
            b.At(plus);
            var number = b.Convert(magnitude, MirType.U32);
            var text = Append(b, before, b.Binary(Op.Shr, number, bits));
            text = Append(b, text, b.Text(StringConstant.Of(".")));
            var mask = b.Binary(Op.Sub, b.Binary(Op.Shl, b.Constant(MirType.U32, 1), bits), b.Constant(MirType.U32, 1));
            b.Jump(digit, [b.Binary(Op.And, number, mask), .. text]);
            b.At(digit);
            var ten = b.Binary(Op.Mul, fraction, b.Constant(MirType.U32, 10));
            text = Append(b, soFar, b.Convert(b.Binary(Op.Shr, ten, bits), MirType.U8));
            var rest = b.Binary(Op.And, ten, mask);
            b.JumpIf(b.Compare(Op.CmpNe, rest, b.Constant(MirType.U32, 0)), digit, [rest, .. text], done, text);
            b.At(done);
            b.Return(_prints ? Value.None : whole[0]);
        }

        /// <summary>What a block receives of the text so far: nothing when it is printed as it comes.</summary>
        private Value[] Text(Function f, Block block) => _prints ? [] : [f.NewParameter(block, MirType.Str)];

        private Value[] Literal(Builder b, string text) => _prints ? [] : [b.Text(StringConstant.Of(text))];

        private Value[] Append(Builder b, Value[] text, Value part)
        {
            if (_prints)
            {
                b.Call(Intrinsic.PrintText, part);
                return [];
            }
            if (b.Function.TypeOf(part).Kind != TypeKind.Str)
                part = b.Emit(Op.StrOf, b.Function.TypeOf(part), [part], MirType.Str);
            return [b.Emit(Op.StrConcat, MirType.Str, [text[0], part], MirType.Str)];
        }
    }
}
