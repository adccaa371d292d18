using System.Collections.Immutable;

namespace MinZ.Mir.Text;

public sealed partial class MirReader
{
    private bool DeclareFunction()
    {
        var isExtern = AcceptWord("extern");
        var isTest = AcceptWord("test");
        if (!ExpectWord("func"))
            return false;
        var t = Current;
        if (!Name("the function's name", out var name))
            return false;
        if (_module.FindFunction(name) is not null)
            return Duplicate(t, "function", name);
        var function = _module.Add(new Function(name));
        if (!TypeParameters(out var typeParameters))
            return false;
        function.TypeParameters = typeParameters;
        if (isTest && Current.Kind == TokenKind.String)
            function.Test = new TestInfo(TextOf(Take()));
        if ((!isTest || At('(')) && !Parameters(function) || !OptionalResult(out var result))
            return false;
        function.Result = result;
        if (isTest && !TestMarks(function) || !Marks(function) || !OptionalLocation(out var location, t))
            return false;
        function.Location = location;
        if (isExtern)
            return EndOfLine();
        _bodies.Add(new Pending(function, _at, typeParameters));
        return true;
    }

    private bool Parameters(Function function)
    {
        var parameters = ImmutableArray.CreateBuilder<Parameter>();
        var names = new HashSet<string>();
        var ok = Expect('(') && List(')', () =>
        {
            if (!Type(out var type))
                return false;
            var t = Current;
            var name = t.Kind == TokenKind.Local ? TextOf(Take()) : "";
            name = MirNames.IsNumber(name) && name.Length > 0 ? "#" + name : name;
            parameters.Add(new Parameter(name, type));
            return name.Length == 0 || names.Add(name) || Duplicate(t, "parameter", TextOf(t));
        });
        function.Parameters = parameters.ToImmutable();
        return ok;
    }

    private bool TestMarks(Function function)
    {
        var display = function.Test?.DisplayName ?? function.Name;
        if (Current.Kind == TokenKind.String)
            display = TextOf(Take());
        string? ignore = null, traps = null;
        long? limit = null;
        if (AcceptWord("ignore") && !StringText("the reason in quotes", out ignore) ||
            AcceptWord("traps") && !StringText("part of the trap's text in quotes", out traps))
            return false;
        if (AcceptWord("tstates"))
        {
            if (!Integer("a number of T-states", 0, long.MaxValue, out var states))
                return false;
            limit = states;
        }
        function.Test = new TestInfo(display, ignore, traps, limit);
        function.Flags |= FunctionFlags.Test;
        return true;
    }

    private bool Marks(Function function)
    {
        while (Current.Kind == TokenKind.Word)
        {
            if (AtWord("abi"))
            {
                if (!ReadAbi(function))
                    return false;
                continue;
            }
            var mark = Array.Find(MirWriter.Marks, m => AtWord(m.Word));
            if (mark.Word is null)
                return Wanted("a mark of a function or '{'",
                    "marks are " + string.Join(", ", MirWriter.Marks.Select(m => m.Word)) + ", abi(…)");
            function.Flags |= mark.Flag;
            _at++;
        }
        return true;
    }

    private bool ReadAbi(Function function)
    {
        _at++;
        if (!Expect('(') || !Name("a calling convention", out var convention))
            return false;
        var registers = ImmutableArray.CreateBuilder<(string, string)>();
        int? address = null;
        string? symbol = null;
        while (Accept(','))
        {
            if (Current.Kind == TokenKind.Local)
            {
                var parameter = TextOf(Take());
                if (!Expect('=') || !Name("a register", out var register))
                    return false;
                registers.Add((parameter, register));
            }
            else if (AcceptWord("address"))
            {
                if (!Expect('=') || !Integer("an address", 0, int.MaxValue, out var at))
                    return false;
                address = (int)at;
            }
            else if (!AcceptWord("symbol"))
                return Wanted("'%parameter = register', 'address = …' or 'symbol = …'");
            else if (!Expect('=') || !StringText("a symbol in quotes", out symbol))
                return false;
        }
        function.Abi = new Abi(convention, registers.ToImmutable(), address, symbol);
        return Expect(')');
    }
}
