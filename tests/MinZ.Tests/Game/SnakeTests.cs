using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Game;

/// <summary>Plays the template's Snake on the Spectrum.</summary>
public sealed class SnakeTests
{
    /// <summary>Most frames from one step of the snake to the next, with the drawing of a step.</summary>
    private const int Step = 12;

    [Fact]
    public void The_title_names_the_keys_and_waits() => CheckTitle(GameMachine.FromTape());

    [Fact]
    public void The_snapshot_starts_like_the_tape() => CheckTitle(GameMachine.FromSnapshot());

    [Fact]
    public void It_starts_with_a_real_ROM_too() => CheckTitle(GameMachine.FromTape(openRom: true));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SPACE_starts_a_game_that_ends_at_the_wall(bool openRom)
    {
        var game = GameMachine.FromTape(openRom);
        game.Frames(60);
        Start(game);
        Assert.StartsWith(" SCORE 0 ", game.Text[0]);
        Assert.Contains("BEST 0", game.Text[0]);
        Assert.Equal(3, game.Drawn(GameMachine.Field).Count);
        Assert.Single(game.Drawn(GameMachine.Food));
        Assert.Equal(1, game.Machine.Ula.Border);

        var edges = game.Machine.Ula.EdgeCount;
        game.Until(g => g.Text.Any(l => l.Contains("GAME  OVER")), 20 * Step, "GAME OVER at the right wall");
        Assert.True(game.Machine.Ula.EdgeCount > edges, "the end of a game is heard");
        Assert.Contains(game.Text, l => l.Contains("SPACE TO PLAY AGAIN"));
        Assert.Equal(1, game.Machine.Ula.Border);
    }

    [Fact]
    public void The_snake_goes_where_the_keys_say_but_not_back()
    {
        var player = new Player(Running());
        (Key Key, (int, int) Way)[] turns =
        [
            (Key.Q, (0, -1)), (Key.A, (0, -1)), (Key.O, (-1, 0)), (Key.P, (-1, 0)),
            (Key.A, (0, 1)), (Key.Q, (0, 1)), (Key.P, (1, 0)), (Key.O, (1, 0)),
        ];
        foreach (var (key, way) in turns)
        {
            player.Step(key);
            Assert.Equal((key, way), (key, player.Direction));
        }
    }

    [Fact]
    public void Eating_scores_grows_and_sounds_and_the_best_score_stays()
    {
        var game = Running();
        var edges = game.Machine.Ula.EdgeCount;
        var food = game.Drawn(GameMachine.Food).Single();
        new Player(game).GoTo(food);
        game.Until(g => g.Text[0].StartsWith(" SCORE 10 ", StringComparison.Ordinal), Step, "score");
        Assert.Equal(4, game.Drawn(GameMachine.Field).Count);
        Assert.NotEqual(food, game.Drawn(GameMachine.Food).Single());
        Assert.True(game.Machine.Ula.EdgeCount > edges, "eating is heard");

        game.Until(g => g.Text.Any(l => l.Contains("GAME  OVER")), 40 * Step, "end of the game");
        Start(game);
        Assert.StartsWith(" SCORE 0 ", game.Text[0]);
        Assert.Contains("BEST 10", game.Text[0]);
        Assert.DoesNotContain(game.Text, l => l.Contains("GAME  OVER"));
        Assert.Equal(3, game.Drawn(GameMachine.Field).Count);
    }

    private static void CheckTitle(GameMachine game)
    {
        game.Frames(100);
        Assert.Contains(game.Text, l => l.Contains("Q  UP"));
        Assert.True(game.Drawn(GameMachine.Field).Count > 50, "the title is drawn out of snake");
        Assert.Contains(game.Text, l => l.Contains("SPACE TO START"));
        Assert.Equal(0, game.Machine.Ula.Border);
        var before = game.Machine.Picture();
        game.Frames(100);
        Assert.Equal(before, game.Machine.Picture());
    }

    /// <summary>A game that has just begun.</summary>
    private static GameMachine Running()
    {
        var game = GameMachine.FromTape();
        game.Frames(60);
        Start(game);
        return game;
    }

    private static void Start(GameMachine game)
    {
        game.Hold(Key.Space, 3);
        game.Until(g => g.Text[0].Contains("BEST") && g.Drawn(GameMachine.Food).Count == 1
            && !g.Text.Any(l => l.Contains("SPACE")), 100, "game");
        // The best score is drawn last, behind its name.
        game.Frames(1);
    }
}
