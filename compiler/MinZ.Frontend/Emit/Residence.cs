using System.Collections.Immutable;
using MinZ.Frontend.Binding;
using MinZ.Mir;
using MinZ.Mir.Analysis;

namespace MinZ.Frontend.Emit;

/// <summary>Where a variable lives.</summary>
internal enum Residence
{
    /// <summary>In a slot; functions inside get a reference to it.</summary>
    Slot,

    /// <summary>In a slot, never changed once it has a value; functions inside get the value.</summary>
    Copied,

    /// <summary>In a box, made where the variable is declared.</summary>
    Box,

    /// <summary>
    /// In a box made when the function begins, since something may reach the variable before it is declared.
    /// </summary>
    EarlyBox,
}

/// <summary>
/// Where the variables of a program live. It is known only when every body was looked at, so a module is emitted with
/// all variables in slots first and, when that does not do, a second time.
/// </summary>
internal sealed record Residences(
    ImmutableDictionary<LocalSymbol, Residence> Variables, ImmutableHashSet<BoundExpression> Values)
{
    /// <summary>Every variable in a slot.</summary>
    public static Residences Slots { get; } = new(
        ImmutableDictionary.Create<LocalSymbol, Residence>(),
        ImmutableHashSet.Create<BoundExpression>(ReferenceEqualityComparer.Instance));

    /// <summary>
    /// Finds what must not be in a slot: variables that function values share, and variables and values that a
    /// reference carries out of the function.
    /// </summary>
    public static Residences Of(ModuleEmitter first)
    {
        var variables = new Dictionary<LocalSymbol, Residence>();
        foreach (var (function, uses) in first.ValueUses)
            foreach (var captured in first.Program.CapturesOf(function))
            {
                var isEarly = captured is { IsDeclaredBehind: false, Where: { } where } &&
                    uses.Any(u => u.Start < where.Span.Start);
                var needed = isEarly ? Residence.EarlyBox
                    : first.Changed.Contains(captured) ? Residence.Box : Residence.Copied;
                if (!variables.TryGetValue(captured, out var known) || known < needed)
                    variables[captured] = needed;
            }
        var values = ImmutableHashSet.CreateBuilder<BoundExpression>(ReferenceEqualityComparer.Instance);
        foreach (var local in EscapeAnalysis.Find(first.Module))
        {
            switch (first.Slots.GetValueOrDefault(local))
            {
                case LocalSymbol { StaticName: null } symbol when !variables.TryGetValue(symbol, out var known) ||
                    known is Residence.Slot or Residence.Copied:
                    variables[symbol] = Residence.Box;
                    break;
                case BoundExpression value:
                    values.Add(value);
                    break;
            }
        }
        return new Residences(variables.ToImmutableDictionary(), values.ToImmutable());
    }

    /// <summary>True when nothing needs to be emitted again.</summary>
    public bool IsEmpty => Variables.IsEmpty && Values.IsEmpty;
}
