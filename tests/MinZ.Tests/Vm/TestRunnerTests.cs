using MinZ.Mir;
using MinZ.Vm;
using Xunit;

namespace MinZ.Tests.Vm;

public sealed class TestRunnerTests
{
    private static Module Suite()
    {
        var module = Runs.Read("""
            global u16 score = 0
            func good() {
                %s = load score
                %n = add %s, 1
                store score, %n
                %first = cmp.eq %n, 1
                jumpif %first, .yes, .no
            .yes:
                call @print, %n
                ret
            .no:
                %m = const.str "instances share memory"
                trap Assert, %m
            }
            func bad() {
                %m = const.str "two is not three"
                trap Assert, %m
            }
            func expected() {
                trap DivideByZero
            }
            func wrong() {
                ret
            }
            func loop() {
                jump .again
            .again:
                jump .again
            }
            func later() {
                ret
            }
            """);
        foreach (var f in module.Functions)
        {
            f.Flags |= FunctionFlags.Test;
            f.Test = f.Name switch
            {
                "expected" or "wrong" => new TestInfo(f.Name, ExpectedTrap: "division by zero"),
                "later" => new TestInfo("a test for later", IgnoreReason: "not yet"),
                _ => new TestInfo(f.Name),
            };
        }
        return module;
    }

    [Fact]
    public void Each_test_runs_alone_and_tells_how_it_ended()
    {
        var runner = new TestRunner(Suite(), TestRunner.DefaultOptions with { Fuel = 10_000 });
        var results = runner.RunAll().ToDictionary(r => r.Test.Name);
        Assert.Equal(TestOutcome.Passed, results["good"].Outcome);
        Assert.Equal("1\n", results["good"].Output);
        Assert.Equal(TestOutcome.Passed, runner.Run(results["good"].Test).Outcome);
        Assert.Equal((TestOutcome.Failed, "two is not three"), (results["bad"].Outcome, results["bad"].Message));
        Assert.Equal("bad", results["bad"].Trap!.Stack[0].Function);
        Assert.Equal(TestOutcome.Passed, results["expected"].Outcome);
        Assert.Contains("returned instead of trapping", results["wrong"].Message);
        Assert.Equal(TrapCode.FuelExhausted, results["loop"].Trap!.Code);
        Assert.Equal((TestOutcome.Skipped, "not yet"), (results["later"].Outcome, results["later"].Message));
    }
}
