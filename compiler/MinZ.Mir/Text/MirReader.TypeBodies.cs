using System.Collections.Immutable;

namespace MinZ.Mir.Text;

public sealed partial class MirReader
{
    private bool ReadTypeBody(Pending pending)
    {
        _typeParameters = pending.Parameters;
        var type = (TypeDefinition)pending.Declared;
        if (!Expect('='))
            return false;
        var keyword = Take();
        var ok = type switch
        {
            StructType s => Fields(out var fields) && Set(() => s.Fields = fields),
            EnumType e => ReadEnum(e),
            InterfaceType i => ReadInterface(i),
            ActorType a => Fields(out var state) && Set(() => a.Fields = state) && ReadMessages(a),
            _ => false,
        };
        if (!ok)
            return false;
        type.Exported = AcceptWord("export");
        if (!OptionalLocation(out var location, keyword))
            return false;
        type.Location = location;
        return EndOfLine();
    }

    private static bool Set(Action assign)
    {
        assign();
        return true;
    }

    private bool Fields(out ImmutableArray<Field> fields)
    {
        var list = ImmutableArray.CreateBuilder<Field>();
        var names = new HashSet<string>();
        var ok = Expect('{') && List('}', () =>
        {
            if (!Type(out var type))
                return false;
            var t = Current;
            if (!Name("the field's name", out var name))
                return false;
            list.Add(new Field(name, type));
            return names.Add(name) || Duplicate(t, "field", name);
        });
        fields = list.ToImmutable();
        return ok;
    }

    private bool ReadEnum(EnumType type)
    {
        if (Current.Kind == TokenKind.Word)
        {
            var t = Current;
            if (!Type(out var tag))
                return false;
            if (!tag.IsInteger)
                return Report(MirCodes.WrongType, t, $"the tag of an enum is an integer, not {tag}");
            type.Tag = (ScalarType)tag;
        }
        var variants = ImmutableArray.CreateBuilder<Variant>();
        var names = new HashSet<string>();
        Int128 next = 0;
        var ok = Expect('{') && List('}', () =>
        {
            var t = Current;
            if (!Name("the variant's name", out var name))
                return false;
            ImmutableArray<MirType> payload = [];
            if (Accept('(') && !Types(')', out payload))
                return false;
            if (Accept('='))
            {
                if (!Literal(type.Tag, out var value))
                    return false;
                next = type.Tag.Kind == TypeKind.U64 ? (ulong)value : value;
            }
            if (!Constants.Fits(type.Tag, next))
                return Report(MirCodes.BadLiteral, t, $"the value {next} of {Shown(name)} does not fit {type.Tag}");
            variants.Add(new Variant(name, (long)(ulong)(next & ulong.MaxValue), payload));
            next++;
            return names.Add(name) || Duplicate(t, "variant", name);
        });
        type.Variants = variants.ToImmutable();
        return ok;
    }

    private bool ReadInterface(InterfaceType type)
    {
        var methods = ImmutableArray.CreateBuilder<InterfaceMethod>();
        var names = new HashSet<string>();
        var ok = Expect('{') && List('}', () =>
        {
            if (!ExpectWord("func"))
                return false;
            var t = Current;
            if (!Name("the method's name", out var name) || !Expect('(') || !ExpectWord("self"))
                return false;
            ImmutableArray<MirType> parameters = [];
            if (!(Accept(',') ? Types(')', out parameters) : Expect(')')) || !OptionalResult(out var result))
                return false;
            methods.Add(new InterfaceMethod(name, parameters, result));
            return names.Add(name) || Duplicate(t, "method", name);
        });
        type.Methods = methods.ToImmutable();
        return ok;
    }

    private bool ReadMessages(ActorType type)
    {
        var messages = ImmutableArray.CreateBuilder<ActorMessage>();
        var names = new HashSet<string>();
        var ok = Expect('{') && List('}', () =>
        {
            if (!ExpectWord("on"))
                return false;
            var t = Current;
            if (!Name("the message's name", out var name) || !Expect('(') || !Types(')', out var parameters) ||
                !OptionalResult(out var result) || !Expect('=') || !FunctionName(out var handler))
                return false;
            messages.Add(new ActorMessage(name, parameters, result, handler));
            return names.Add(name) || Duplicate(t, "message", name);
        });
        type.Messages = messages.ToImmutable();
        return ok;
    }
}
