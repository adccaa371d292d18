using System.Globalization;

namespace MinZ.Mir.Text;

public sealed partial class MirWriter
{
    private void WriteType(TypeDefinition type)
    {
        _text.Append("type ").Append(MirNames.Type(type.Name));
        TypeParameters(type.TypeParameters);
        _text.Append(" = ");
        switch (type)
        {
            case StructType s:
                _text.Append("struct ");
                Braced(s.Fields, WriteField);
                break;
            case EnumType e:
                WriteEnum(e);
                break;
            case InterfaceType i:
                _text.Append("interface ");
                Braced(i.Methods, WriteMethod);
                break;
            case ActorType a:
                _text.Append("actor ");
                Braced(a.Fields, WriteField);
                _text.Append(' ');
                Braced(a.Messages, WriteMessage);
                break;
        }
        if (type.Exported)
            _text.Append(" export");
        Location(type.Location);
        _text.Append('\n');
    }

    private void Braced<T>(IEnumerable<T> items, Action<T> write)
    {
        _text.Append("{ ");
        var before = _text.Length;
        List(items, write);
        _text.Append(_text.Length == before ? "}" : " }");
    }

    private void WriteField(Field field)
    {
        Type(field.Type);
        _text.Append(' ').Append(MirNames.Member(field.Name));
    }

    private void WriteEnum(EnumType type)
    {
        _text.Append("enum ");
        if (type.Tag.Kind != TypeKind.U8)
            _text.Append(type.Tag).Append(' ');
        long next = 0;
        Braced(type.Variants, v =>
        {
            _text.Append(MirNames.Member(v.Name));
            if (v.Payload.Length > 0)
                Types("(", v.Payload, ")");
            if (v.Value != next)
                _text.Append(" = ").Append(MirNames.Number(type.Tag, v.Value));
            next = v.Value + 1;
        });
    }

    private void WriteMethod(InterfaceMethod method)
    {
        _text.Append("func ").Append(MirNames.Member(method.Name));
        Types("(self" + (method.Parameters.Length > 0 ? ", " : ""), method.Parameters, ")");
        Result(method.Result);
    }

    private void WriteMessage(ActorMessage message)
    {
        _text.Append("on ").Append(MirNames.Member(message.Name));
        Types("(", message.Parameters, ")");
        Result(message.Result);
        _text.Append(" = ").Append(MirNames.Global(message.Handler.Name));
    }

    private void WriteImplementation(Implementation implementation)
    {
        _text.Append("impl");
        TypeParameters(implementation.TypeParameters);
        _text.Append(' ');
        Type(implementation.Interface);
        Wrapped(" for ", implementation.Type);
        _text.Append(' ');
        var methods = (TypeMembers.DefinitionOf(implementation.Interface) as InterfaceType)?.Methods ?? [];
        Braced(implementation.Methods.Select((f, n) => (f, n)), m => _text
            .Append(MirNames.Member(m.n < methods.Length ? methods[m.n].Name : "?" + m.n))
            .Append(" = ").Append(MirNames.Global(m.f.Name)));
        _text.Append('\n');
    }

    private void WriteGlobal(Global global)
    {
        _text.Append(global.IsConst ? "const " : "global ");
        Type(global.Type);
        _text.Append(' ').Append(MirNames.Global(global.Name));
        if (global.Address is { } address)
            _text.Append(CultureInfo.InvariantCulture, $" at 0x{address:X4}");
        if (global.Volatile)
            _text.Append(" volatile");
        if (global.Alignment != 0)
            _text.Append(" align ").Append(global.Alignment);
        if (global.Exported)
            _text.Append(" export");
        if (global.Initial is not ConstantValue.Zero)
        {
            _text.Append(" = ");
            WriteConstant(global.Type, global.Initial);
        }
        Location(global.Location);
        _text.Append('\n');
    }

    private void WriteConstant(MirType type, ConstantValue value)
    {
        switch (value)
        {
            case ConstantValue.Zero:
                _text.Append("zero");
                break;
            case ConstantValue.Number n:
                _text.Append(MirNames.Number(type, n.Bits));
                break;
            case ConstantValue.Text t:
                _text.Append(MirNames.Quote(t.Value.Bytes.AsSpan()));
                break;
            case ConstantValue.TextPointer t:
                _text.Append('*').Append(MirNames.Quote(t.Value.Bytes.AsSpan()));
                break;
            case ConstantValue.Bytes b:
                _text.Append('b').Append(MirNames.Quote(b.Value.AsSpan()));
                break;
            case ConstantValue.Aggregate a:
                WriteAggregate(type, a);
                break;
            case ConstantValue.Enum e:
                WriteVariant(type, e);
                break;
            case ConstantValue.FunctionValue f:
                _text.Append("func ").Append(MirNames.Global(f.Function.Name));
                break;
            case ConstantValue.Address a:
                _text.Append('&').Append(MirNames.Global(a.Global.Name));
                if (a.Offset != 0)
                    _text.Append(a.Offset < 0 ? " - " : " + ").Append(Math.Abs((long)a.Offset));
                break;
            case ConstantValue.SliceOf s:
                _text.Append("slice ").Append(MirNames.Global(s.Global.Name));
                break;
        }
    }

    private void WriteAggregate(MirType type, ConstantValue.Aggregate value)
    {
        var array = type.Kind == TypeKind.Array;
        _text.Append(array ? '[' : '{');
        List(value.Items.Select((v, n) => (v, n)), i =>
            WriteConstant((array ? type.Element : TypeMembers.FieldType(type, i.n)) ?? MirType.Void, i.v));
        _text.Append(array ? ']' : '}');
    }

    private void WriteVariant(MirType type, ConstantValue.Enum value)
    {
        var name = TypeMembers.VariantOf(type, value.Variant)?.Name ?? "?" + value.Variant;
        _text.Append(name == "zero" ? MirNames.Quote(name) : MirNames.Member(name));
        if (value.Payload.Length == 0)
            return;
        _text.Append('(');
        List(value.Payload.Select((v, n) => (v, n)), i =>
            WriteConstant(TypeMembers.PayloadType(type, value.Variant, i.n) ?? MirType.Void, i.v));
        _text.Append(')');
    }
}
