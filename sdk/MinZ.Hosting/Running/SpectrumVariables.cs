using System.Globalization;
using MinZ.Backends.Z80;
using MinZ.Mir;
using MinZ.Vm;
using MinZ.Vm.Assembly;
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
    /// The variables by name with their values, a line each; those that nothing uses are in no memory and have kept their
    /// first values.
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
        HashSet<string> unclear = Unclear();
        List<(Global Global, uint Address)> places = Places(unclear);
        HashSet<string> unused = [.. module.Globals.Except(places.Select(p => p.Global))
            .Where(g => !unclear.Contains(Z80Target.LabelOf(g.Name))).Select(g => g.Name)];
        return values.Lines(places).Concat(FirstValues(unused)).OrderBy(NameIn, StringComparer.Ordinal);
    }

    /// <summary>Labels that two names share, so that the map does not say which is which.</summary>
    private HashSet<string> Unclear()
    {
        HashSet<string> taken = [.. module.Functions.Select(f => Z80Target.LabelOf(f.Name))];
        return [.. module.Globals.Select(g => Z80Target.LabelOf(g.Name)).Where(l => !taken.Add(l))];
    }

    private static string NameIn(string line) => line[..line.IndexOf(':', StringComparison.Ordinal)];

    private List<string> FirstValues(HashSet<string> names)
    {
        if (names.Count == 0)
        {
            return [];
        }

        try
        {
            using VirtualMachine vm = VirtualMachine.Load(module.Clone(), VmOptions.Default with
            {
                Optimize = false, Assembly = SpectrumAssembly.Instance,
            });
            return [.. vm.Globals.Where(line => names.Contains(NameIn(line)))];
        }
        catch (VmLoadException)
        {
            // The VM cannot hold the program, so that nobody can say.
            return [];
        }
    }

    private List<(Global Global, uint Address)> Places(HashSet<string> unclear)
    {
        Dictionary<string, uint> symbols = Symbols();
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
