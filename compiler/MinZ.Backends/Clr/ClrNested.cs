using System.Reflection;
using System.Reflection.Metadata;
using MinZ.Mir;
using TypeDefinition = MinZ.Mir.TypeDefinition;

namespace MinZ.Backends.Clr;

/// <summary>
/// A type nested in the module's class: a type of the module, or a class that the back end needs. Its methods are the
/// functions it owns, then <see cref="Methods"/>.
/// </summary>
internal sealed class ClrNested(string name, TypeAttributes attributes, Func<ClrTypes, EntityHandle> baseType,
    TypeDefinition? definition = null)
{
    public string Name { get; } = name;
    public TypeAttributes Attributes { get; } = attributes;
    /// <summary>Yields the base class; nil for an interface.</summary>
    public Func<ClrTypes, EntityHandle> BaseType { get; } = baseType;
    /// <summary>The type of the module; null for others.</summary>
    public TypeDefinition? Definition { get; } = definition;
    /// <summary>Fields that are not those of <see cref="Definition"/>.</summary>
    public List<(string Name, MirType Type)> Fields { get; } = [];
    /// <summary>Tokens of <see cref="Fields"/>.</summary>
    public List<FieldDefinitionHandle> FieldHandles { get; } = [];
    public List<ClrMethod> Methods { get; } = [];
    /// <summary>Interfaces of the module that it implements.</summary>
    public List<MirType> Interfaces { get; } = [];
    public TypeDefinitionHandle Handle { get; set; }
    public FieldDefinitionHandle FirstField { get; set; }
    /// <summary>Its first method, or the first one behind it.</summary>
    public MethodDefinitionHandle FirstMethod { get; set; }
}

/// <summary>A method that is no function of the module.</summary>
/// <param name="name">Its name.</param>
/// <param name="attributes">Its attributes.</param>
/// <param name="parameters">Its parameters without <c>this</c>.</param>
/// <param name="result">Its result.</param>
/// <param name="emit">Writes its body; null = it has none.</param>
internal sealed class ClrMethod(string name, MethodAttributes attributes,
    IReadOnlyList<(string Name, ClrForm Form)> parameters, ClrForm result, Action<ClrBody>? emit)
{
    public string Name { get; } = name;
    public MethodAttributes Attributes { get; } = attributes | MethodAttributes.HideBySig;
    public IReadOnlyList<(string Name, ClrForm Form)> Parameters { get; } = parameters;
    public ClrForm Result { get; } = result;
    public Action<ClrBody>? Emit { get; } = emit;
    /// <summary>The method of an interface that it implements.</summary>
    public ClrMethod? Implements { get; init; }
    public MethodDefinitionHandle Handle { get; set; }
}
