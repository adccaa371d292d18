using System.Collections.Immutable;

namespace MinZ.Mir.Passes;

/// <summary>A transformation that keeps a module's meaning.</summary>
/// <param name="Name">Name on the command line (<c>--dump gvn</c>).</param>
/// <param name="Doc">What it does in one line.</param>
/// <param name="Run">Applies it to one function with a body; returns true when something changed. Null for module
/// passes.</param>
/// <param name="RunModule">Applies it to the whole module; null for function passes.</param>
public sealed record Pass(string Name, string Doc, Func<Function, bool>? Run, Func<Module, bool>? RunModule = null);

/// <summary>Sees the module around every pass: for dumps, timings, verification.</summary>
public interface IPassObserver
{
    /// <summary>Called before a pass runs.</summary>
    void Before(Pass pass, Module module);
    /// <summary>Called after it ran.</summary>
    void After(Pass pass, Module module);
}

/// <summary>The passes, each of which says itself what it does, and the order they run in.</summary>
public static class Pipeline
{
    public static readonly Pass SimplifyCfg =
        new("simplify-cfg", "removes unreachable and empty blocks, folds constant branches", Passes.SimplifyCfg.Run);
    public static readonly Pass Rotate =
        new("rotate", "repeats a loop's test at its end, so that each round takes one branch", RotateLoops.Run);
    public static readonly Pass Sroa =
        new("sroa", "splits struct and tuple slots into one slot per field", Passes.Sroa.Run);
    public static readonly Pass Mem2Reg =
        new("mem2reg", "turns slots whose address nobody takes into values", Passes.Mem2Reg.Run);
    public static readonly Pass Fold =
        new("fold", "evaluates constants and applies algebraic rules", Passes.Fold.Run);
    public static readonly Pass Gvn =
        new("gvn", "computes equal values once", Passes.Gvn.Run);
    public static readonly Pass Dce =
        new("dce", "removes what nobody uses", Passes.Dce.Run);
    public static readonly Pass Licm =
        new("licm", "moves loop-invariant computations in front of the loop", Passes.Licm.Run);
    public static readonly Pass BoundsElimination =
        new("bounds", "drops index checks that cannot fail", Passes.BoundsElimination.Run);
    public static readonly Pass PromoteSlots =
        new("promote-slots", "turns small struct slots of flat code into values", null, Passes.PromoteSlots.Run);
    public static readonly Pass KeepInFrame =
        new("escape", "keeps heap objects in the frame of the only function that reaches them", null,
            Passes.KeepInFrame.Run);
    public static readonly Pass Inline =
        new("inline", "replaces calls of small functions by their bodies", null, Passes.Inliner.Run);
    public static readonly Pass FoldCalls =
        new("fold-calls", "computes calls of pure functions with constants", null, Passes.FoldCalls.Run);

    public static readonly Pass SeparateChecks =
        new("separate-checks", "computes addresses from indices instead of checks of them",
            Passes.BoundsElimination.Separate);
    public static readonly Pass DropChecks =
        new("drop-checks", "removes all index checks, for builds without them", Passes.BoundsElimination.Drop);
    public static readonly Pass LoopSplitting =
        new("split-loops", "gives nested loops that begin at one block a header each", Passes.LoopSplitting.Run);
    public static readonly Pass MemoryLoops =
        new("memory-loops", "turns loops that copy or fill arrays into one operation", Passes.MemoryLoops.Run);
    public static readonly Pass LoadForwarding =
        new("forward", "takes values that memory is known to hold", Passes.LoadForwarding.Run);
    public static readonly Pass PointerInduction =
        new("pointers", "moves pointers along with loops instead of computing addresses", null,
            Passes.PointerInduction.Run);
    public static readonly Pass CountDown =
        new("count-down", "lets loops that only count do it down to zero", Passes.CountDown.Run);

    /// <summary>All passes, for listings.</summary>
    public static ImmutableArray<Pass> All { get; } =
        [SimplifyCfg, Rotate, Sroa, Mem2Reg, Fold, Gvn, Dce, Licm, BoundsElimination, KeepInFrame, PromoteSlots,
         FoldCalls, Inline, LoopSplitting, SeparateChecks, DropChecks, MemoryLoops, LoadForwarding, PointerInduction,
         CountDown];

    /// <summary>-O2 on a high-level module.</summary>
    public static ImmutableArray<Pass> HighLevel { get; } =
        [SimplifyCfg, Rotate, Sroa, Mem2Reg, Fold, SimplifyCfg, Gvn, Dce,
         FoldCalls, Inline,
         SimplifyCfg, Sroa, Mem2Reg, Fold, SimplifyCfg, Gvn, Fold, Dce, SimplifyCfg];

    /// <summary>-O2 on a module lowered to flat memory.</summary>
    public static ImmutableArray<Pass> Lowered { get; } =
        [SimplifyCfg, Fold, KeepInFrame, PromoteSlots, Fold, Gvn, BoundsElimination, Licm, Fold, Gvn, Dce, SimplifyCfg];

    /// <summary>
    /// Runs passes in order. Modules may be optimised in parallel; one module is used by one call at a time.
    /// </summary>
    public static void Run(Module module, ReadOnlySpan<Pass> passes, IPassObserver? observer = null)
    {
        foreach (var pass in passes)
        {
            observer?.Before(pass, module);
            if (pass.RunModule is { } run)
                run(module);
            else
                foreach (var f in module.Functions)
                    if (!f.IsExtern)
                        pass.Run!(f);
            observer?.After(pass, module);
        }
        foreach (var f in module.Functions)
            if (!f.IsExtern)
                f.Compact();
    }
}
