using System.Collections.Immutable;

namespace MinZ.Mir.Text;

public sealed partial class MirReader
{
    /// <summary>An operand as written: a value, or a literal whose type may still be open.</summary>
    private readonly record struct Written(Value Value, MirType? Type, int Literal);

    private readonly List<Written> _operands = [];
    private Op _op;
    private MirType? _type;
    private object? _payload;
    private long _bits;
    private InstructionFlags _flags;
    /// <summary>Words met so far: op, marks, type suffix.</summary>
    private readonly Dictionary<string, (Op Op, InstructionFlags Flags, string Suffix)> _opWords = [];

    private bool ReadStatement(Block block)
    {
        var start = Current;
        string? result = null;
        MirType? annotated = null;
        if (start.Kind == TokenKind.Local)
        {
            result = TextOf(Take());
            if (Accept(':'))
            {
                if (!Type(out var type))
                    return false;
                annotated = type;
            }
            if (!Expect('='))
                return false;
        }
        var opToken = Current;
        _operands.Clear();
        (_type, _payload, _bits, _flags) = (null, null, 0, InstructionFlags.None);
        if (!OpName() || !Inside() || !Resolve(opToken, out var operands, out var resultType) ||
            !InstructionLocation(out var location))
            return false;
        EndOfLine();
        if (location == 0 && _path is not null)
            location = _function.AddLocation(Here(start));
        if (MirWriter.IsVolatile(_payload))
            _flags |= InstructionFlags.Volatile;
        resultType = annotated ?? resultType;
        if (resultType is not (null or ScalarType) && !TypeLimits.IsSmall(resultType))
            return Report(MirCodes.Limit, start, $"the result's type has more than {TypeLimits.MaxParts} parts");
        if (result is null)
            resultType = null;
        else if (resultType is null)
            return Report(MirCodes.NoType, start, $"the type of %{result} cannot be worked out",
                $"write %{result}: T = …");
        else if (resultType.Kind == TypeKind.Void)
            return Report(MirCodes.WrongType, start, $"'{_op.Info().Name}' yields no value here");
        var first = operands.Length > 0 ? _function.TypeOf(operands[0]) : null;
        var instructionType = _type ?? OpTyping.Implied(_op, _payload, first, resultType ?? ResultType(operands));
        var id = _function.NewInstruction(_op, instructionType, operands, resultType, _payload, _bits, location,
            _flags);
        block.Instructions.Add(id);
        if (result is null)
            return true;
        var value = _function[id].Result;
        _function[value].Name = MirNames.IsNumber(result) ? null : result;
        Define(result, value, start);
        return true;
    }

    /// <summary>The op with what hangs on it: marks, and the instruction type.</summary>
    private bool OpName()
    {
        var t = Current;
        if (t.Kind != TokenKind.Word)
            return Wanted("an instruction");
        _at++;
        if (IsWord(t, "call") && Current.Kind == TokenKind.At)
        {
            var at = Take();
            _op = Op.Intrinsic;
            if (!Intrinsics.TryGet(TextOf(at), out var intrinsic))
                return Report(MirCodes.UnknownName, at, $"there is no intrinsic {Shown("@" + TextOf(at))}",
                    "known are " + string.Join(", ", Intrinsics.All.Select(i => "@" + i.Name)));
            _bits = (long)intrinsic.Intrinsic;
            return true;
        }
        var text = TextOf(t);
        if (!_opWords.TryGetValue(text, out var word))
        {
            if (OpAtStart(text) is not { } info)
                return Report(MirCodes.UnknownOp, t, $"there is no operation {Shown(text)}", "docs/mir.md lists them");
            var suffix = text.Length > info.Name.Length ? text[(info.Name.Length + 1)..] : "";
            _flags = InstructionFlags.None;
            suffix = TakeMark(suffix, "unchecked", InstructionFlags.Unchecked);
            suffix = TakeMark(suffix, "volatile", InstructionFlags.Volatile);
            _opWords.Add(text, word = (info.Op, _flags, suffix));
        }
        (_op, _flags, var rest) = word;
        if (rest.Length == 0)
            return !MayShowType(_op) || OptionalType();
        _type = Keywords.GetValueOrDefault(rest) ?? MirNames.FixedOf(rest) ??
            _typeParameters.FirstOrDefault(p => p.Name == rest) ?? (MirType?)_module.FindType(rest);
        if (_type is null)
            return Report(MirCodes.UnknownOp, t, $"'{_op.Info().Name}' has no suffix {Shown("." + rest)}");
        return MayShowType(_op) || Report(MirCodes.UnknownOp, t, $"'{_op.Info().Name}' takes no type");
    }

    /// <summary>The op with the longest name that a dotted word starts with.</summary>
    private static OpInfo? OpAtStart(string text)
    {
        OpInfo info;
        var end = text.Length;
        while (!Ops.TryGet(text[..end], out info))
        {
            end = text.LastIndexOf('.', end - 1);
            if (end <= 0)
                return null;
        }
        return info;
    }

    private string TakeMark(string rest, string word, InstructionFlags flag)
    {
        if (rest != word && !rest.StartsWith(word + ".", StringComparison.Ordinal))
            return rest;
        _flags |= flag;
        return rest.Length == word.Length ? "" : rest[(word.Length + 1)..];
    }

    private static bool MayShowType(Op op) =>
        op is Op.CallIndirect or Op.Syscall or Op.Native or Op.Closure or Op.Self || op.Info().Suffixed;

    // "op T, operands": a type stands here when something reads as one and is not the type of a literal.
    private bool OptionalType()
    {
        var t = Current;
        var start = _at;
        var starts = t.Kind switch
        {
            TokenKind.Word => !IsLiteral(t) && !IsLiteral(Peek()) &&
                (NamedType(t) is not null || IsMark(Peek(), '(') || IsMark(Peek(), '<')),
            TokenKind.String => NamedType(t) is not null && !IsLiteral(Peek()),
            TokenKind.Mark => At('[') || At('&') || At('*') || At('('),
            _ => false,
        };
        if (!starts || _op == Op.Closure && _module.FindFunction(TextOf(t)) is not null && NamedType(t) is null)
            return true;
        if (!Type(out var type))
            return false;
        var comma = Accept(',');
        if (_op == Op.Native && (!comma || Current.Kind is not (TokenKind.Word or TokenKind.String)))
        {
            _at = start;
            return true;
        }
        _type = type;
        return true;
    }

    private OpInput Input(ReadOnlySpan<MirType?> types) =>
        new(_function, _op, _type ?? MirType.Void, _payload, _bits, types);

    /// <summary>Settles the instruction type, gives literals their types and works out the result's.</summary>
    private bool Resolve(Token op, out Value[] operands, out MirType? result)
    {
        operands = new Value[_operands.Count];
        result = null;
        var types = new MirType?[operands.Length];
        for (var i = 0; i < types.Length; i++)
            types[i] = _operands[i].Type;
        _type ??= Inferred(types);
        if (_type is null && NeedsType(_op))
            return Report(MirCodes.NoType, op, $"'{_op.Info().Name}' needs a type here",
                $"write {_op.Info().Name}.T, for example {_op.Info().Name}.u8");
        for (var i = 0; i < operands.Length; i++)
        {
            if (_operands[i].Literal < 0)
            {
                operands[i] = _operands[i].Value;
                continue;
            }
            types[i] ??= OpTyping.Literal(Input(types.AsSpan(0, i)), i, _module.Layout);
            if (types[i] is not { } type)
                return Report(MirCodes.NoType, _tokens[_operands[i].Literal], "the type of this literal is not known",
                    "write it with its type, such as u8 5");
            (var back, _at) = (_at, _operands[i].Literal);
            if (!Literal(type, out var bits))
                return false;
            _at = back;
            operands[i] = _function.Constant(type, bits);
        }
        if (_op == Op.Closure && _type is null && _payload is FunctionRef f)
            _type = Without(OpTyping.TypeOf(f), operands.Length);
        result = OpTyping.Result(Input(types));
        return true;
    }

    private static FunctionType Without(FunctionType type, int captures) =>
        new([.. type.Parameters.SkipLast(captures)], type.Result);

    private MirType? ResultType(ReadOnlySpan<Value> operands)
    {
        var types = new MirType?[operands.Length];
        for (var i = 0; i < types.Length; i++)
            types[i] = _function.TypeOf(operands[i]);
        return OpTyping.Result(Input(types));
    }

    private static bool NeedsType(Op op) => op is not (Op.Closure or Op.CallIndirect or Op.Syscall or Op.Native) &&
        MayShowType(op);

    private MirType? Inferred(MirType?[] types)
    {
        MirType? Of(int n) => n < types.Length ? types[n] : null;
        return _op.Info().Shape switch
        {
            OpShape.Unary or OpShape.Binary or OpShape.Compare => Of(0) ?? Of(1),
            OpShape.Shift => Of(0),
            OpShape.Convert => null,
            OpShape.Special => _op switch
            {
                Op.Select => Of(1) ?? Of(2),
                Op.MulWide or Op.AddCarry or Op.SubBorrow => Of(0) ?? Of(1),
                Op.New or Op.Switch => Of(0),
                Op.Poke or Op.MemStore => Of(1),
                Op.Len => MirType.U16,
                _ => null,
            },
        };
    }

    /// <summary>The place in source of an instruction, with the calls it was inlined through.</summary>
    private bool InstructionLocation(out int index)
    {
        index = 0;
        if (!At('!') || Peek().Kind != TokenKind.Number)
            return true;
        _at++;
        var chain = new List<(SourceLocation Location, string? From)>();
        do
        {
            if (chain.Count > MaxDepth)
                return Report(MirCodes.Limit, Current, $"code is inlined through more than {MaxDepth} calls");
            if (!LocationParts(out var location))
                return false;
            string? from = null;
            if (AcceptWord("from") && !Name("the name of a function", out from))
                return false;
            chain.Add((location, from));
        }
        while (AcceptWord("at"));
        for (var i = chain.Count - 1; i >= 0; i--)
        {
            var entry = new LocationEntry(chain[i].Location, index, chain[i].From);
            if (!_locations.TryGetValue(entry, out index))
                _locations.Add(entry,
                    index = _function.AddLocation(entry.Location, entry.InlinedAt, entry.InlinedFrom));
        }
        return true;
    }
}
