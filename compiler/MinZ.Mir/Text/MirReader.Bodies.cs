using System.Collections.Immutable;

namespace MinZ.Mir.Text;

public sealed partial class MirReader
{
    /// <summary>A block whose instructions are still text: where each starts, and where control goes from it.</summary>
    private sealed class Draft(Block block)
    {
        public Block Block { get; } = block;
        public List<int> Statements { get; } = [];
        public List<string> Successors { get; } = [];
        public bool Visited { get; set; }
    }

    private Function _function = null!;
    private readonly Dictionary<string, Value> _values = [];
    private readonly Dictionary<string, Local> _slots = [];
    private readonly Dictionary<string, Draft> _drafts = [];
    /// <summary>Names of all results in the text of the function.</summary>
    private readonly HashSet<string> _defined = [];
    /// <summary>Names of results whose instruction has an error.</summary>
    private readonly HashSet<string> _failed = [];
    private readonly Dictionary<LocationEntry, int> _locations = [];

    private bool ReadBody(Function function, ImmutableArray<TypeParameter> typeParameters)
    {
        _function = function;
        _typeParameters = typeParameters;
        _values.Clear();
        _slots.Clear();
        _drafts.Clear();
        _defined.Clear();
        _failed.Clear();
        _locations.Clear();
        if (!Expect('{'))
            return false;
        NameParameters(function);
        var drafts = Sketch();
        foreach (var draft in Order(drafts))
            foreach (var statement in draft.Statements)
            {
                _at = statement;
                _depth = 0;
                if (!ReadStatement(draft.Block) && _tokens[statement].Kind == TokenKind.Local)
                    _failed.Add(TextOf(_tokens[statement]));
            }
        return true;
    }

    // "#1" marks a parameter that text numbers: it has no name of its own.
    private void NameParameters(Function function)
    {
        var entry = function.NewBlock("entry");
        foreach (var p in function.Parameters)
        {
            var numbered = p.Name.StartsWith('#');
            var value = function.NewParameter(entry, p.Type, p.Name.Length == 0 || numbered ? null : p.Name);
            if (p.Name.Length > 0)
                _values[numbered ? p.Name[1..] : p.Name] = value;
        }
        function.Parameters = [.. function.Parameters.Select(p => p.Name.StartsWith('#') ? p with { Name = "" } : p)];
    }

    /// <summary>Declares slots, blocks and names of results; leaves the instructions for later.</summary>
    private List<Draft> Sketch()
    {
        var drafts = new List<Draft> { new(_function.Entry) };
        var labelled = false;
        while (true)
        {
            SkipLines();
            if (Current.Kind == TokenKind.End || At('}'))
            {
                _at++;
                EndOfLine();
                break;
            }
            if (AtWord("local"))
            {
                if (!ReadSlot())
                    SkipStatement();
            }
            else if (Current.Kind == TokenKind.Dotted)
            {
                var first = !labelled && drafts.Count == 1 && drafts[0].Statements.Count == 0;
                labelled = true;
                if (!ReadLabel(first, drafts))
                    SkipStatement();
            }
            else
                SketchStatement(drafts[^1]);
        }
        _drafts.TryAdd(_function.Entry.Name, drafts[0]);
        return drafts;
    }

    private bool ReadSlot()
    {
        _at++;
        if (!Type(out var type))
            return false;
        var t = Current;
        if (t.Kind != TokenKind.Local)
            return Wanted("the slot's name, such as %x");
        var name = TextOf(Take());
        if (_slots.ContainsKey(name) || _values.ContainsKey(name))
            return Duplicate(t, "name", "%" + name);
        var local = _function.NewLocal(name, type);
        _slots.Add(name, local);
        local.Pinned = AcceptWord("pinned");
        if (!OptionalLocation(out var location, t))
            return false;
        local.Location = location;
        return EndOfLine();
    }

    private bool ReadLabel(bool first, List<Draft> drafts)
    {
        var t = Take();
        var name = TextOf(t);
        if (_drafts.ContainsKey(name) || drafts.Count > 1 && name == _function.Entry.Name)
            return Duplicate(t, "block", "." + name);
        if (first)
        {
            _function.Entry.Name = name;
            _drafts.Add(name, drafts[0]);
            return At('(') ? Report(MirCodes.Structure, Current, "the entry block takes the function's parameters",
                "name the function's parameters in its head and write the label without any") : Expect(':');
        }
        var draft = new Draft(_function.NewBlock(name));
        drafts.Add(draft);
        _drafts.Add(name, draft);
        if (Accept('(') && !List(')', () => BlockParameter(draft.Block)))
            return false;
        return Expect(':');
    }

    private bool BlockParameter(Block block)
    {
        if (!Type(out var type))
            return false;
        var t = Current;
        if (t.Kind != TokenKind.Local)
            return Wanted("the parameter's name, such as %x");
        var name = TextOf(Take());
        var value = _function.NewParameter(block, type, MirNames.IsNumber(name) ? null : name);
        return Define(name, value, t);
    }

    private bool Define(string name, Value value, Token at)
    {
        if (_slots.ContainsKey(name) || !_values.TryAdd(name, value))
            return Duplicate(at, "name", "%" + name);
        return true;
    }

    private void SketchStatement(Draft draft)
    {
        draft.Statements.Add(_at);
        if (Current.Kind == TokenKind.Local)
            _defined.Add(TextOf(Current));
        var branches = AtWord("jump") || AtWord("jumpif") ||
            Current.Kind == TokenKind.Word &&
                (AtWord("switch") || TextOf(Current).StartsWith("switch.", StringComparison.Ordinal));
        for (var depth = 0; Current.Kind != TokenKind.End; _at++)
        {
            if (Current.Kind == TokenKind.Line && depth <= 0 || At('}') && depth == 0)
                return;
            depth += At('{') ? 1 : At('}') ? -1 : 0;
            if (branches && Current.Kind == TokenKind.Dotted)
                draft.Successors.Add(TextOf(Current));
        }
    }

    private void SkipStatement()
    {
        for (var depth = 0; Current.Kind != TokenKind.End; _at++)
        {
            if (Current.Kind == TokenKind.Line && depth <= 0 || At('}') && depth == 0)
                return;
            depth += At('{') ? 1 : At('}') ? -1 : 0;
        }
    }

    // In reverse postorder a value's definition is read before its uses wherever it dominates them, whatever the order
    // of blocks in the text is.
    private List<Draft> Order(List<Draft> drafts)
    {
        var order = new List<Draft>(drafts.Count);
        var stack = new Stack<(Draft Draft, int Next)>();
        foreach (var draft in drafts)
            if (!draft.Visited)
                Visit(draft);
        return order;

        void Visit(Draft root)
        {
            var post = new List<Draft>();
            root.Visited = true;
            stack.Push((root, 0));
            while (stack.TryPop(out var top))
            {
                if (top.Next == top.Draft.Successors.Count)
                {
                    post.Add(top.Draft);
                    continue;
                }
                stack.Push((top.Draft, top.Next + 1));
                if (_drafts.TryGetValue(top.Draft.Successors[top.Next], out var next) && !next.Visited)
                {
                    next.Visited = true;
                    stack.Push((next, 0));
                }
            }
            post.Reverse();
            order.AddRange(post);
        }
    }
}
