using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Constants of types: <c>impl Stack { const SIZE = 10 }</c>.</summary>
internal sealed partial class ProgramBinder
{
    private readonly Dictionary<(MirType Type, string Name), GlobalSymbol> _typeConstants = [];

    private void DeclareTypeConstant(
        VariableDeclaration v, MirType self, ModuleSymbol module, SourceText source, TypeScope types)
    {
        if (v.Name.IsMissing || self.IsError())
            return;
        var where = source.At(v.Name.Span);
        var constant = new GlobalSymbol(v.Name.Text, module, v)
        {
            Where = where, SelfType = self, Types = types,
            MirName = Unique($"{Mangle(self.ToString()!)}.{v.Name.Text}"),
        };
        if (_typeConstants.TryAdd((self, v.Name.Text), constant))
            Globals.Add(constant);
        else
            Diagnostics.Redeclared(where, v.Name.Text, _typeConstants[(self, v.Name.Text)].Where);
    }

    /// <summary>The constant of a type with a name; null when it has none.</summary>
    public GlobalSymbol? FindConstant(MirType type, string name) => _typeConstants.GetValueOrDefault((type, name));
}
