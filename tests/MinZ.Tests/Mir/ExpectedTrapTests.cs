using MinZ.Mir;
using Xunit;

namespace MinZ.Tests.Mir;

/// <summary>A test that expects a trap passes whatever words its target has for the kind of trap.</summary>
public sealed class ExpectedTrapTests
{
    [Theory]
    [InlineData("divide by zero", "division by zero")]
    [InlineData("DivideByZero", "division by zero")]
    [InlineData("zero", "division by zero")]
    [InlineData("index out of bounds", "index 4 is out of range for length 3")]
    [InlineData("IndexOutOfRange", "index out of range")]
    [InlineData("stack overflow", "too many nested calls")]
    [InlineData("out of memory", "the memory limit is reached")]
    [InlineData("Deadlock", "all threads wait for each other")]
    [InlineData("boom", "it went BOOM")]
    public void Names_the_kind_or_says_the_words(string expected, string trap) =>
        Assert.Null(new TestInfo("t", ExpectedTrap: expected).Complaint(trap));

    [Theory]
    [InlineData("divide by zero", "index out of range")]
    [InlineData("boom", "bang")]
    [InlineData("deadlock", null)]
    public void Complains_of_other_traps(string expected, string? trap) =>
        Assert.NotNull(new TestInfo("t", ExpectedTrap: expected).Complaint(trap));
}
