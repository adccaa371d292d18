using MinZ.Backends.Z80.Assembly;
using Xunit;
using static MinZ.Backends.Z80.Assembly.Asm;

namespace MinZ.Tests.Z80Assembly;

public sealed class ParserTests
{
    [Fact]
    public void EveryFormIsReadFromItsOwnText()
    {
        var forms = InstructionTable.Forms.Where(f => !f.DecodeOnly).ToList();
        var text = string.Join('\n', forms.Select(f => "  " + TableSamples.Instance(f)));
        var items = ParseClean(text);
        Assert.Equal(forms.Count, items.Length);
        for (var i = 0; i < forms.Count; i++)
            Assert.True(TableSamples.Instance(forms[i]).SameAs((Instruction)items[i]), forms[i].ToString());
    }

    [Theory]
    [InlineData("LD A,[HL]", "ld a,(hl)")]
    [InlineData("ex af,af'", "ex af,af'")]
    [InlineData("ex af,af", "ex af,af'")]
    [InlineData("ex hl,de", "ex de,hl")]
    [InlineData("add b", "add a,b")]
    [InlineData("adc 5", "adc a,5")]
    [InlineData("sub a,b", "sub b")]
    [InlineData("cp a,(ix+2)", "cp (ix+2)")]
    [InlineData("jp hl", "jp (hl)")]
    [InlineData("jp (iy)", "jp (iy)")]
    [InlineData("jp c,$", "jp c,$")]
    [InlineData("ret C", "ret c")]
    [InlineData("rst 10h", "rst 16")]
    [InlineData("rst 2", "rst 16")]
    [InlineData("sli (ix-1),b", "sll (ix-1),b")]
    [InlineData("in a,(bc)", "in a,(c)")]
    [InlineData("in (c)", "in f,(c)")]
    [InlineData("out 254,a", "out (254),a")]
    [InlineData("ld a,(ix)", "ld a,(ix+0)")]
    [InlineData("ld hx,5", "ld ixh,5")]
    [InlineData("ld a,(2+3)*2", "ld a,10")]
    [InlineData("ld a,((2+3)*2)", "ld a,(10)")]
    [InlineData("ld (iy-1+4),a", "ld (iy+3),a")]
    [InlineData("bit 7,a", "bit 7,a")]
    public void UsualSpellings(string text, string expected) =>
        Assert.Equal(expected, Assert.Single(ParseClean(text)).ToString());

    [Theory]
    [InlineData("0x1F", 31)]
    [InlineData("$1F", 31)]
    [InlineData("#1f", 31)]
    [InlineData("1Fh", 31)]
    [InlineData("0b101", 5)]
    [InlineData("%101", 5)]
    [InlineData("101b", 5)]
    [InlineData("0o17", 15)]
    [InlineData("1_000", 1000)]
    [InlineData("'A'", 65)]
    [InlineData("'\\n'", 10)]
    [InlineData("-1 & 0xFF", 255)]
    [InlineData("1+2*3", 7)]
    [InlineData("1|2^3&4", 1 | 2 ^ 3 & 4)]
    [InlineData("7%4<<1", 6)]
    [InlineData("1<2==1", 1)]
    [InlineData("!0||0", 1)]
    [InlineData("~5&15", 10)]
    [InlineData("low 0x1234", 0x34)]
    [InlineData("high(0x1234)+1", 0x13)]
    [InlineData(">0x1234", 0x12)]
    [InlineData("10 - 3 - 2", 5)]
    [InlineData("0Bh", 11)]
    [InlineData("0B1h", 0xB1)]
    public void NumbersAndExpressions(string text, int expected)
    {
        var item = Assert.Single(ParseClean($"  dw {text}"));
        Assert.Equal(expected, Assert.IsType<Expr.Constant>(Assert.Single(((DataValues)item).Values)).Value);
    }

    [Fact]
    public void LabelsStatementsAndComments()
    {
        var image = Assembled.Image(ParseClean("""
            ; a routine
                    org 0x9000
            start   ld b,3 : ld hl,text   // two on a line
            .loop:  ld a,(hl) \ inc hl
                    djnz .loop
            next:
            .loop   djnz .loop
                    jr start.loop
            SIZE    equ end-text
            twice = SIZE*2
            text:   defb "hi",0
                    dw text, $
                    ds 2,0xFF
                    align 16
            end:    .byte SIZE,low(end)
            """));
        Assert.Equal(0x9000, image.Origin);
        Assert.Equal(0x9005, image["start.loop"]);
        Assert.Equal(0x9009, image["next.loop"]);
        Assert.Equal(image["end"] - image["text"], image["SIZE"]);
        Assert.Equal(image["SIZE"] * 2, image["twice"]);
        Assert.Equal(0, image["end"] % 16);
        var text = image["text"] - image.Origin;
        Assert.Equal([(byte)'h', (byte)'i', 0, 0x0D, 0x90, 0x10, 0x90, 0xFF, 0xFF], image.Bytes.Slice(text, 9));
        Assert.Equal([0x10, 0xFE, 0x18, 0xF8], image.Bytes.Slice(9, 4));
        var commented = image.Items.First(i => i.Item is Instruction { First.Kind: OperandKind.HL });
        Assert.Equal("two on a line", commented.Item.Comment);
    }

    [Fact]
    public void NamesOfTheHostLanguageResolve()
    {
        var options = new AsmParserOptions
        {
            LabelPrefix = "f$1.",
            Start = new SourcePosition(3, 20, 8),
            Resolve = name => name switch
            {
                "x" or "self.field" => Mem("v_" + name),
                "frame" => Ix(4),
                "ptr" => HL,
                "size" => Imm(32),
                "i" => Mem("v_i"),
                "0" => C,
                _ => (Operand?)null,
            },
        };
        var result = AsmParser.Parse("""
            loop: ld a,x
              ld a,(self.field)
              ld hl,(x+1)
              ld de,&x+1
              ld b,frame : ld c,(frame+1)
              ld a,(ptr)
              ld b,size
              ld {0},a
              ld a,(!x)
              ld a,i : ld a,(i) : ld hl,(i+1)
              jr loop
              call helper
            """, options);
        Assert.Empty(result.Errors);
        Assert.Equal(
            [
                "f$1.loop:", "ld a,(v_x)", "ld a,(v_self.field)", "ld hl,(v_x+1)", "ld de,v_x+1", "ld b,(ix+4)",
                "ld c,(ix+5)", "ld a,(hl)", "ld b,32", "ld c,a", "ld a,(v_x)", "ld a,i", "ld a,(v_i)", "ld hl,(v_i+1)",
                "jr f$1.loop", "call helper",
            ],
            result.Items.Select(i => AsmPrinter.Format(i).Trim()));
        Assert.Equal(new SourcePosition(3, 20, 8), result.Items[0].Position);
        Assert.Equal(new SourcePosition(3, 21, 3), result.Items[2].Position);
    }

    [Theory]
    [InlineData("  lda a,5", 3, "unknown instruction 'lda'", "ld")]
    [InlineData("  pusj hl", 3, "unknown instruction 'pusj'", "push")]
    [InlineData("  ld b,(0x5C00)", 3, "no instruction 'ld b,(0x5C00)'", "ld a,(0x5C00) : ld b,a")]
    [InlineData("  ld hl,de", 3, "no instruction 'ld hl,de'", "ld h,d : ld l,e")]
    [InlineData("  ld ix,hl", 3, "no instruction 'ld ix,hl'", "push hl : pop ix")]
    [InlineData("  sub hl,de", 3, "no instruction 'sub hl,de'", "or a : sbc hl,de")]
    [InlineData("  jp (x)", 3, "no instruction 'jp (x)'", "without parentheses")]
    [InlineData("  jr pe,x", 3, "no instruction 'jr pe,x'", "use jp")]
    [InlineData("  ld a,300", 3, "300 does not fit in 8 bits", null)]
    [InlineData("  bit 8,a", 3, "no bit 8", null)]
    [InlineData("  ld a,(ix+200)", 3, "displacement 200", null)]
    [InlineData("  ld a,5 5", 10, "unexpected '5'", null)]
    [InlineData("  ld a,", 8, "expected", null)]
    [InlineData("  ld a,(5", 10, "expected ')'", null)]
    [InlineData("  ld a,(hl]", 11, "is closed by", null)]
    [InlineData("  db 1/0", 7, "division by zero", null)]
    [InlineData("  db \"abc", 6, "no closing", null)]
    [InlineData("  ld a,0x1G", 8, "not a number", null)]
    [InlineData("  ld a,§", 8, "unexpected character", null)]
    [InlineData("  db 256", 6, "256 does not fit", null)]
    [InlineData("hl: nop", 1, "is a register", null)]
    [InlineData("  ld (a),b", 7, "cannot address memory", null)]
    public void ABadLineIsOneErrorWithItsPlace(string line, int column, string message, string? hint)
    {
        var result = AsmParser.Parse($"  nop\n{line}\n  ret\n");
        var error = Assert.Single(result.Errors);
        Assert.Equal((2, column), (error.Position.Line, error.Position.Column));
        Assert.Equal(6 + column - 1, error.Offset);
        Assert.Contains(message, error.Message);
        if (hint is not null)
            Assert.Contains(hint, error.Hint);
        Assert.Equal("nop", result.Items[0].ToString());
        Assert.Equal("ret", result.Items[^1].ToString());
    }

    [Fact]
    public void ExpressionsOfAnySizeAreReadOrRefused()
    {
        string Terms(int count) => "  dw " + string.Join('+', Enumerable.Repeat("x", count));
        string Nested(int depth) => "  dw " + new string('(', depth) + "x" + new string(')', depth);
        Assert.Empty(AsmParser.Parse(Terms(900)).Errors);
        Assert.Contains("too long", Assert.Single(AsmParser.Parse(Terms(100_000)).Errors).Message);
        Assert.Empty(AsmParser.Parse(Nested(90)).Errors);
        Assert.Contains("nested", Assert.Single(AsmParser.Parse(Nested(100_000)).Errors).Message);
    }

    [Fact]
    public void PrintedItemsReadBackAsThemselves()
    {
        Item[] items = [
            new Org(0x8000), At("f$1.a"), At("a.b"), Ld(A, Imm(Expr.Of("x") - (Expr.Of("y") - 1))),
            new Equ("x", 5), new Equ("y", -5),
            Jump(Cond.Z, "a.b"), Words("f$1.a", 5), Bytes(1, 2), new Reserve(4, 7), new Align(256), Jp(IX),
            Ld(Mem(0x5C00), A), Ld(A, Low(Expr.Of("a.b") + 1)),
        ];
        var image = Assembled.Image(items);
        Assert.Equal(image.Bytes, Assembled.Image(ParseClean(AsmPrinter.Format(items))).Bytes);
    }

    [Fact]
    public void RandomTextNeverThrows()
    {
        var random = new Random(7);
        string[] parts = [
            "ld ", "a", ",", "(", ")", "ix", "+", "-", "%", "$", "#", "1Fh", "0x", "'", "\"", ":", ".x", "\\", "{", "}",
            "db ", "equ", "=", "org ", "\n", " ", "[", "]", "low ", "!", "<<", "é", "af'", "jp ", "ds ", "align ",
        ];
        for (var run = 0; run < 3000; run++)
        {
            var text = string.Concat(
                Enumerable.Range(0, random.Next(1, 25)).Select(_ => parts[random.Next(parts.Length)]));
            var result = AsmParser.Parse(text);
            Assembler.Assemble(result.Items);
            Assert.All(result.Errors, e => Assert.InRange(e.Offset, 0, text.Length));
        }
    }

    private static Item[] ParseClean(string text)
    {
        var result = AsmParser.Parse(text);
        Assert.Empty(result.Errors.Select(e => $"{e.Position.Line}:{e.Position.Column} {e.Message}"));
        return [.. result.Items];
    }
}
