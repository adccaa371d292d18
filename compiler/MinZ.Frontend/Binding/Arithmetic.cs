using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>What binary operators are in MIR, how they are spelled, and their value on numbers without type.</summary>
internal static class Arithmetic
{
    public static bool IsComparison(BinaryOperator op) =>
        op is >= BinaryOperator.Equal and <= BinaryOperator.GreaterOrEqual;

    /// <summary>The op of an arithmetic, bit or comparison operator.</summary>
    public static Op OpOf(BinaryOperator op) => op switch
    {
        BinaryOperator.Equal => Op.CmpEq,
        BinaryOperator.NotEqual => Op.CmpNe,
        BinaryOperator.Less => Op.CmpLt,
        BinaryOperator.LessOrEqual => Op.CmpLe,
        BinaryOperator.Greater => Op.CmpGt,
        BinaryOperator.GreaterOrEqual => Op.CmpGe,
        BinaryOperator.BitOr => Op.Or,
        BinaryOperator.BitXor => Op.Xor,
        BinaryOperator.BitAnd => Op.And,
        BinaryOperator.ShiftLeft => Op.Shl,
        BinaryOperator.ShiftRight => Op.Shr,
        BinaryOperator.Add => Op.Add,
        BinaryOperator.Subtract => Op.Sub,
        BinaryOperator.Multiply => Op.Mul,
        BinaryOperator.Divide => Op.Div,
        BinaryOperator.Remainder => Op.Rem,
        BinaryOperator.And or BinaryOperator.Or or BinaryOperator.Pipe or BinaryOperator.Coalesce =>
            throw new ArgumentOutOfRangeException(nameof(op), op, "evaluates its right operand only when needed"),
    };

    /// <summary>True when an arithmetic or bit operator is defined for operands of a type.</summary>
    public static bool Accepts(BinaryOperator op, MirType type) => op switch
    {
        BinaryOperator.BitAnd or BinaryOperator.BitOr or BinaryOperator.BitXor =>
            type.IsInteger || type.Kind == TypeKind.Bool,
        _ => type.IsNumeric && type.Kind != TypeKind.Bool,
    };

    /// <summary>Whether a comparison holds, from the order of its operands.</summary>
    public static bool Compare(BinaryOperator op, int order) => op switch
    {
        BinaryOperator.Equal => order == 0,
        BinaryOperator.NotEqual => order != 0,
        BinaryOperator.Less => order < 0,
        BinaryOperator.LessOrEqual => order <= 0,
        BinaryOperator.Greater => order > 0,
        _ => order >= 0,
    };

    /// <summary>An operator on two whole numbers; null when the result leaves 128 bits. The divisor is not 0.</summary>
    public static Int128? Fold(BinaryOperator op, Int128 a, Int128 b)
    {
        try
        {
            return op switch
            {
                BinaryOperator.Add => checked(a + b),
                BinaryOperator.Subtract => checked(a - b),
                BinaryOperator.Multiply => checked(a * b),
                BinaryOperator.Divide => a / b,
                BinaryOperator.Remainder => a % b,
                BinaryOperator.BitAnd => a & b,
                BinaryOperator.BitOr => a | b,
                BinaryOperator.BitXor => a ^ b,
                _ => null,
            };
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
