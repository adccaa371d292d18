namespace MinZ.Frontend.Syntax;

/// <summary>How operators are written.</summary>
internal static class OperatorSigns
{
    /// <summary>The sign of an operator as in source.</summary>
    public static string Sign(this UnaryOperator @operator) => @operator switch
    {
        UnaryOperator.Negate => "-",
        UnaryOperator.Plus => "+",
        UnaryOperator.Not => "!",
        UnaryOperator.Complement => "~",
        UnaryOperator.AddressOf => "&",
        UnaryOperator.AddressOfMutable => "&mut",
        UnaryOperator.Dereference => "*",
    };

    /// <summary>The sign of an operator as in source.</summary>
    public static string Sign(this BinaryOperator @operator) => @operator switch
    {
        BinaryOperator.Pipe => "|>",
        BinaryOperator.Coalesce => "??",
        BinaryOperator.Or => "||",
        BinaryOperator.And => "&&",
        BinaryOperator.Equal => "==",
        BinaryOperator.NotEqual => "!=",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.BitOr => "|",
        BinaryOperator.BitXor => "^",
        BinaryOperator.BitAnd => "&",
        BinaryOperator.ShiftLeft => "<<",
        BinaryOperator.ShiftRight => ">>",
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.Remainder => "%",
    };
}
