using MinZ.Frontend.Binding;
using MinZ.Mir;

namespace MinZ.Frontend.Emit;

/// <content>First values of the program's variables that exist at run time only.</content>
internal sealed partial class ModuleEmitter
{
    private readonly Dictionary<GlobalSymbol, Function> _startup = [];

    /// <summary>
    /// Calls what makes those values, in the order of the declarations: where <c>main</c> and where a test begins.
    /// </summary>
    public void CallStartup(Builder b)
    {
        foreach (var global in Program.Globals)
            if (global.Startup is var (maker, value))
                b.Call(StartupOf(global, maker, value), []);
    }

    private Function StartupOf(GlobalSymbol global, FunctionSymbol maker, BoundExpression value)
    {
        if (_startup.TryGetValue(global, out var known))
            return known;
        var function = new Function($"{global.MirName}$first")
        {
            Result = MirType.Void, Location = Program.LocationOf(global.Where!.Value),
        };
        _module.Add(_startup[global] = function);
        var store = new BoundAssignment(value.Span, new BoundGlobal(value.Span, global), value);
        new FunctionEmitter(this, maker, function)
            .EmitBody(new BoundBlock(value.Span, [new BoundExpressionStatement(store)], null, MirType.Void));
        return function;
    }
}
