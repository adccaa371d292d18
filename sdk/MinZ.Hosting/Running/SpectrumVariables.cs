using System.Globalization;
using MinZ.Backends.Z80;
using MinZ.Mir;
using MinZ.Vm;
using MinZ.Z80;

namespace MinZ.Hosting.Running;

/// <summary>
/// Finds a program's variables in the memory of a Spectrum, by the addresses in its <c>.map</c> file.
/// </summary>
/// <param name="module">The program, with the types of its variables.</param>
/// <param name="map">Text of the map; see <see cref="MinZ.Backends.Z80.Formats.MapWriter"/>.</param>
public sealed class SpectrumVariables(Module module, string map)
{
    /// <summary>
    /// The variables by name with their values, a line each; those that the optimiser left out are not there.
    /// </summary>
    public IEnumerable<string> Lines(Spectrum machine)
    {
        var values = new ValueText(DataLayout.Z80, (address, to) =>
        {
            bool isThere = address + to.Length <= machine.Memory.Length;
            if (isThere)
            {
                machine.Memory.Slice((int)address, to.Length).CopyTo(to);
            }

            return isThere;
        });
        return values.Lines(Places());
    }

    private List<(Global Global, uint Address)> Places()
    {
        Dictionary<string, uint> symbols = Symbols();
        // Two names may be spelled alike in assembly; then the map does not say which is which.
        HashSet<string> taken = [.. module.Functions.Select(f => Z80Target.LabelOf(f.Name))];
        HashSet<string> unclear = [.. module.Globals.Select(g => Z80Target.LabelOf(g.Name)).Where(l => !taken.Add(l))];
        var places = new List<(Global, uint)>();
        foreach (Global global in module.Globals)
        {
            string label = Z80Target.LabelOf(global.Name);
            if (global.Address is { } at)
            {
                places.Add((global, (uint)at));
            }
            else if (!unclear.Contains(label) && symbols.TryGetValue(label, out uint address))
            {
                places.Add((global, address));
            }
        }

        return places;
    }

    private Dictionary<string, uint> Symbols()
    {
        var symbols = new Dictionary<string, uint>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in map.Split('\n'))
        {
            if (line.Split([' '], StringSplitOptions.RemoveEmptyEntries) is [var name, "=", ['$', .. var digits], ..]
                && uint.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint value))
            {
                symbols[name] = value;
            }
        }

        return symbols;
    }
}
