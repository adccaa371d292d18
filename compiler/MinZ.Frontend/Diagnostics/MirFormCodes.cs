using MinZ.Mir;

namespace MinZ.Frontend.Diagnostics;

/// <summary>MZ1300-MZ1399: MIR text, the verifier, <c>.mirb</c> files and linking. The numbers are
/// those of <see cref="MirCodes"/>.</summary>
public static class MirFormCodes
{
    private static readonly CodeTable Table = new(1300, 1399);

    /// <summary>All codes of this theme.</summary>
    public static IReadOnlyList<DiagnosticCode> All => Table.All;

    static MirFormCodes()
    {
        Table.Error(MirCodes.BadToken, "Characters that form no token of MIR",
            "MIR text consists of names, numbers, strings and a few signs. Names with other characters are written "
            + "as strings: %\"a b\". A string ends on its line and knows the escapes \\n \\r \\t \\0 \\\" \\\\ \\xHH.");
        Table.Error(MirCodes.Expected, "Something else was expected in MIR text",
            "The message says what was expected and what is there. Every declaration and instruction ends with its "
            + "line; lines may break inside brackets.");
        Table.Error(MirCodes.UnknownName, "A name that is not declared in the module",
            "Types, functions, globals, slots, blocks and values must be declared in the module, in any order. "
            + "Functions of other modules are declared extern and bound by linking.");
        Table.Error(MirCodes.DuplicateName, "A name that is declared twice",
            "Names of types, of functions and of globals are unique in a module; slots and values share one set of "
            + "names in a function, blocks have another.");
        Table.Error(MirCodes.UnknownOp, "An operation or suffix that does not exist",
            "The operations are listed in compiler/docs/mir.md. Behind the operation may stand .unchecked, .volatile "
            + "and a type.");
        Table.Error(MirCodes.BadLiteral, "A literal that its type does not have",
            "A number must fit its type: u8 holds 0 to 255, i8 -128 to 127. Bits of a float are written in "
            + "hexadecimal.");
        Table.Error(MirCodes.NoType, "A type that cannot be worked out",
            "Where no operand tells the type of an operation or a literal, write it: add.u8 1, 2 or conv.u16 u8 5; "
            + "the type of a result is written behind its name: %x: &Point = …");
        Table.Error(MirCodes.NoMember, "A member that does not exist",
            "The type has no field, variant, payload item, method or message of that name.");
        Table.Error(MirCodes.UsedBeforeDefined, "A value is used before it is defined",
            "The definition of a value must come first on every way from the function's start to the use. A value "
            + "that differs by the way taken is passed as a block argument.");
        Table.Error(MirCodes.Limit, "MIR beyond a limit",
            "Types and start values nest at most 64 deep and types have at most 4096 parts, so that no input makes "
            + "the compiler run away.");
        Table.Error(MirCodes.Structure, "A function whose structure is broken",
            "Every block ends with exactly one terminator, the entry block is no jump's target, and blocks get as "
            + "many arguments as they have parameters. From MinZ source this is a mistake of the compiler: please "
            + "report it.");
        Table.Error(MirCodes.WrongType, "An operand or result of the wrong type",
            "Operands have the types that the table of operations and the signatures ask for; nothing is converted "
            + "silently. conv changes a number's type, bitcast reads the same bits as another type.");
        Table.Error(MirCodes.NotDominated, "A value does not reach its use on every way",
            "The definition of a value must dominate each use. Pass the value as a block argument instead.");
        Table.Error(MirCodes.BadPlace, "A place that does not exist",
            "A place is a slot, a global, or what a reference, pointer, box or slice refers to, and parts of it. "
            + "Slots that assembly names are declared pinned.");
        Table.Error(MirCodes.Escapes, "A reference outlives the slot it refers to",
            "A reference to a slot may be passed to functions and kept in slots. What is returned, stored elsewhere "
            + "or sent must refer to something that lives on: put it in a box.");
        Table.Error(MirCodes.IllegalOp, "An operation that is not legal here",
            "Some operations belong to modules lowered to flat memory, and a target may lack others.");
        Table.Error(MirCodes.BadDeclaration, "A declaration that contradicts itself or another one",
            "The message names the rule: a type without end, an implementation without a method, a start value of "
            + "another type, a main function with parameters.");
        Table.Error(MirCodes.NotBinary, "Not a .mirb file this version can read",
            "The file does not start with the letters MIRB, or is of another major version of the format. Build it "
            + "again with this compiler.");
        Table.Error(MirCodes.Damaged, "A damaged .mirb file",
            "The content does not match its hash or breaks a rule of the format. Copy or build the file again.");
        Table.Error(MirCodes.BinaryLimit, "A .mirb file beyond the reader's limits",
            "The reader bounds size, nesting and stack before it allocates memory. A program that gets there was not "
            + "made by this compiler.");
        Table.Error(MirCodes.LinkClash, "Modules that do not fit together",
            "Two modules export the same name, or declare one name differently. Rename one of them, or do not export "
            + "it.");
        Table.Error(MirCodes.Unresolved, "A function that no module defines",
            "A function declared extern is bound to the exported function of the same name in another module. "
            + "Reference the module that defines it, export it there, or give it an address with abi(…).");
    }
}
