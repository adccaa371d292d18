namespace MinZ.Mir.Analysis;

/// <summary>
/// Which slots of a function live in the rounds of its loops. In source code every round has its own, so what is
/// declared outside the loop may refer to those of many rounds at once.
/// </summary>
internal sealed class Rounds
{
    private readonly Cfg _cfg;
    private readonly List<HashSet<Block>> _loops;
    private readonly Dictionary<Local, Block> _begin = new(ReferenceEqualityComparer.Instance);

    public Rounds(Function function)
    {
        _cfg = new Cfg(function);
        _loops = [.. _cfg.LoopHeaders.Select(_cfg.LoopBody)];
        if (_loops.Count == 0)
            return;
        foreach (var block in _cfg.ReversePostorder)
            foreach (var id in block.Instructions)
                switch (function[id].Payload)
                {
                    case Place place:
                        Use(place.Local, block);
                        break;
                    case PlacePair pair:
                        Use(pair.To.Local, block);
                        Use(pair.From.Local, block);
                        break;
                }
    }

    /// <summary>
    /// True when a slot is there once for each round of a loop that another one is declared outside of.
    /// </summary>
    public bool IsOutlived(Local slot, Local by) => _loops.Count > 0 && _begin.TryGetValue(slot, out var own) &&
        _begin.TryGetValue(by, out var other) && _loops.Any(l => l.Contains(own) && !l.Contains(other));

    /// <summary>A slot begins where all ways to its uses go through: that is where it gets its first value.</summary>
    private void Use(Local? slot, Block block)
    {
        if (slot is null)
            return;
        var begin = _begin.GetValueOrDefault(slot, block);
        while (!_cfg.Dominates(begin, block))
            begin = _cfg.ImmediateDominator(begin)!;
        _begin[slot] = begin;
    }
}
