using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using MinZ.Mir;

namespace MinZ.Backends.Clr;

/// <summary>The code of one method in the making.</summary>
internal sealed class ClrBody
{
    /// <summary>Stack entries that the expansion of one op may need beyond its operands.</summary>
    private const int Slack = 8;
    private readonly ClrModule _module;
    private readonly List<ClrForm> _locals = [];
    private readonly Dictionary<MirType, Stack<int>> _free = [];
    private int _depth, _maxDepth;

    public ClrBody(ClrModule module, int thisParameters)
    {
        (_module, ThisParameters) = (module, thisParameters);
        Il = new InstructionEncoder(new BlobBuilder(), new ControlFlowBuilder());
    }

    public InstructionEncoder Il { get; }

    /// <summary>1 when the first argument is <c>this</c>.</summary>
    public int ThisParameters { get; }

    /// <summary>Names of local variables by index, for debuggers.</summary>
    public List<(int Index, string Name)> Names { get; } = [];

    /// <summary>Where statements begin: IL offset and place in source, in order.</summary>
    public List<(int Offset, SourceLocation Location)> Points { get; } = [];

    /// <summary>Number of entries known to be on the stack; for the method's limit.</summary>
    public int Depth
    {
        get => _depth;
        set
        {
            _depth = value;
            _maxDepth = Math.Max(_maxDepth, value);
        }
    }

    public int NewLocal(MirType type) => NewLocal(new ClrForm(type));

    public int NewLocal(ClrForm form)
    {
        _locals.Add(form);
        return _locals.Count - 1;
    }

    /// <summary>A local for a short while; give it back with <see cref="Release"/>.</summary>
    public int Borrow(MirType type) =>
        _free.TryGetValue(type, out var free) && free.TryPop(out var local) ? local : NewLocal(type);

    public void Release(MirType type, int local)
    {
        if (!_free.TryGetValue(type, out var free))
            _free[type] = free = [];
        free.Push(local);
    }

    public void Op(ILOpCode code) => Il.OpCode(code);

    public void Op(ILOpCode code, EntityHandle token)
    {
        Il.OpCode(code);
        Il.Token(token);
    }

    /// <summary>Pushes the zero value of a type whose zero is all bits zero.</summary>
    public void Default(MirType type)
    {
        var local = Borrow(type);
        Il.LoadLocalAddress(local);
        Op(ILOpCode.Initobj, _module.Types.Token(type));
        Il.LoadLocal(local);
        Release(type, local);
    }

    /// <summary>Repeats code for each index below a count; the code gets the local that holds the index.</summary>
    public void ForEachIndex(Action pushCount, Action<int> each)
    {
        var index = NewLocal(MirType.I32);
        var (head, test) = (Il.DefineLabel(), Il.DefineLabel());
        Il.Branch(ILOpCode.Br, test);
        Il.MarkLabel(head);
        each(index);
        Il.LoadLocal(index);
        Il.LoadConstantI4(1);
        Op(ILOpCode.Add);
        Il.StoreLocal(index);
        Il.MarkLabel(test);
        Il.LoadLocal(index);
        pushCount();
        Il.Branch(ILOpCode.Blt, head);
    }

    /// <summary>Throws a trap with the usual words for its code, or others.</summary>
    public void Throw(int code, string? message = null)
    {
        Il.LoadConstantI4(code);
        if (message is null)
            Il.Call(_module.Runtime("Traps", "New"));
        else
        {
            Op(ILOpCode.Ldsfld, _module.Literal(StringConstant.Of(message)));
            Il.Call(_module.Runtime("Traps", "NewWith"));
        }
        Op(ILOpCode.Throw);
    }

    /// <summary>Notes that the code from here on comes from a place in source.</summary>
    public void Mark(SourceLocation location)
    {
        if (location.IsKnown && Points is [.., var last] && last.Location == location)
            return;
        if (!location.IsKnown && Points is [] or [.., { Location.IsKnown: false }])
            return;
        if (Points is [.., var same] && same.Offset == Il.Offset)
            Points.RemoveAt(Points.Count - 1);
        Points.Add((Il.Offset, location));
    }

    /// <summary>Adds the finished body to the assembly and returns its offset.</summary>
    public int AddTo(MethodBodyStreamEncoder bodies, out StandaloneSignatureHandle locals)
    {
        locals = _module.Types.LocalsSignature(_locals);
        CodeSize = Il.Offset;
        return bodies.AddMethodBody(Il, Math.Min(ushort.MaxValue, _maxDepth + Slack), locals,
            locals.IsNil ? MethodBodyAttributes.None : MethodBodyAttributes.InitLocals);
    }

    /// <summary>Bytes of IL; set by <see cref="AddTo"/>.</summary>
    public int CodeSize { get; private set; }
}
