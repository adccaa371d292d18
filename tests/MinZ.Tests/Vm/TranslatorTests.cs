using MinZ.Mir;
using MinZ.Mir.Passes;
using MinZ.Mir.Text;
using MinZ.Vm;
using Xunit;

namespace MinZ.Tests.Vm;

/// <summary>Functions made by chance do on the VM what the plainest interpreter does with them.</summary>
public sealed class TranslatorTests
{
    private const int Functions = 300;
    private const int BlockLimit = 300;

    public static TheoryData<int> Shards => [0, 1, 2, 3];

    [Theory, MemberData(nameof(Shards))]
    public void A_random_function_computes_what_the_reference_says(int shard)
    {
        for (var seed = shard * Functions; seed < (shard + 1) * Functions; seed++)
            Check(seed, RandomFunctions.Make(seed), (seed & 1) != 0);
    }

    private static void Check(int seed, Module module, bool optimize)
    {
        var main = module.FindFunction("main")!;
        var lowered = module.Clone();
        if (optimize)
            Pipeline.Run(lowered, Pipeline.Lowered.AsSpan());
        var options = VmOptions.Default with { Fuel = 40 * BlockLimit, MemoryLimit = 1 << 20 };
        using var vm = VirtualMachine.Load(lowered, options);
        long[][] inputs =
        [
            [0, 0, 0, 0], [-5, 200, 77, Constants.OfFloat(MirType.F64, 1.25)],
            [3, 1, long.MinValue, Constants.OfFloat(MirType.F64, -1e9)],
        ];
        var reference = new ReferenceMachine(BlockLimit);
        foreach (var input in inputs)
        {
            long expected = 0;
            TrapCode? stop = null;
            var runs = true;
            try
            {
                expected = reference.Run(main, input);
            }
            catch (ReferenceMachine.Stop s)
            {
                (stop, runs) = (s.Code, s.Code is not null);
            }
            var actual = vm.Call("main", input);
            if (!runs)
            {
                // Both go round and round, or the reference would have after some more: only the end must come.
                Assert.True(actual.Trap is not null || actual.Returned);
                return;
            }
            if (actual.Trap?.Code != stop || stop is null && actual.Bits != expected)
                Assert.Fail($"seed {seed}, optimised {optimize}: {actual} instead of {stop}{expected}\n" +
                    MirWriter.Write(lowered) + new VmProgram(lowered).Disassemble());
            var table = new byte[RandomFunctions.TableBytes];
            Assert.True(vm.TryRead(RandomFunctions.TableAddress, table));
            var same = table.AsSpan().SequenceEqual(
                reference.Memory.Slice(RandomFunctions.TableAddress, RandomFunctions.TableBytes));
            // After a trap stores that were to come may differ in the optimised form: a check may have moved before
            // them.
            if (!same && stop is null)
                Assert.Fail($"seed {seed}, optimised {optimize}: memory differs\n" + MirWriter.Write(lowered) +
                    new VmProgram(lowered).Disassemble());
            if (stop is not null)
                return;
        }
    }
}
