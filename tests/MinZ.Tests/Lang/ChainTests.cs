using MinZ.Mir;
using Xunit;

namespace MinZ.Tests.Lang;

/// <summary>Chains such as <c>a.iter().map(f).filter(g).sum()</c> are loops and nothing else.</summary>
public sealed class ChainTests
{
    /// <summary>What a loop does not do.</summary>
    private static readonly Op[] Forbidden =
        [Op.New, Op.SliceNew, Op.Closure, Op.FuncRef, Op.CallIndirect, Op.CallInterface];

    [Theory]
    [InlineData("chains/map_filter_sum")]
    [InlineData("chains/for_each")]
    [InlineData("chains/enumerate_zip_chain")]
    [InlineData("chains/reduce_fold")]
    [InlineData("chains/ranges_and_slices")]
    [InlineData("chains/loops_over_chains")]
    [InlineData("chains/pipes")]
    [InlineData("chains/structs")]
    [InlineData("chains/joined")]
    public void Nothing_is_allocated_and_no_function_value_called(string name)
    {
        var module = LangFile.All.Single(f => f.Name == name).Compile().Module!;
        var ops = module.Functions.SelectMany(f => f.Blocks.SelectMany(b => b.Instructions.Select(id => f[id].Op)));
        Assert.Empty(ops.Intersect(Forbidden));
    }
}
