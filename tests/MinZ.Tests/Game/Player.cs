using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Game;

/// <summary>Plays by what is on the screen: watches the snake's head and presses keys.</summary>
internal sealed class Player
{
    /// <summary>Most frames from one step of the snake to the next, with the beep of a meal.</summary>
    private const int LongestStep = 20;

    private static readonly (Key Key, int X, int Y)[] Ways =
        [(Key.Q, 0, -1), (Key.A, 0, 1), (Key.O, -1, 0), (Key.P, 1, 0)];

    private readonly GameMachine _game;
    private HashSet<(int X, int Y)> _snake;

    /// <param name="game">A game that has just begun: the snake moves to the right.</param>
    public Player(GameMachine game)
    {
        _game = game;
        _snake = [.. game.Drawn(GameMachine.Field)];
        Head = _snake.MaxBy(c => c.X);
    }

    /// <summary>Cell of the screen the snake's head is on.</summary>
    public (int X, int Y) Head { get; private set; }

    /// <summary>Where the last step went.</summary>
    public (int X, int Y) Direction { get; private set; } = (1, 0);

    /// <summary>Waits for the next step of the snake, with a key held down or without.</summary>
    public void Step(Key? key = null)
    {
        if (key is { } held)
            _game.Machine.Keyboard.Press(held);
        var before = Head;
        for (var frame = 0; Head == before; frame++)
        {
            Assert.True(frame < LongestStep, $"the snake stands still:\n{string.Join('\n', _game.Text)}");
            _game.Frames(1);
            HashSet<(int X, int Y)> now = [.. _game.Drawn(GameMachine.Field)];
            if (now.Except(_snake).ToList() is [var head])
                Head = head;
            _snake = now;
        }
        Direction = (Head.X - before.X, Head.Y - before.Y);
        if (key is { } pressed)
            _game.Machine.Keyboard.Release(pressed);
    }

    /// <summary>Steers the snake to a cell.</summary>
    public void GoTo((int X, int Y) goal)
    {
        for (var steps = 0; Head != goal; steps++)
        {
            Assert.True(steps < 100, $"the snake does not get from {Head} to {goal}");
            Step(Toward(goal));
        }
    }

    // Towards the goal if the snake can turn that way, else aside; never back on itself.
    private Key Toward((int X, int Y) goal)
    {
        var possible = Ways.Where(w => (w.X, w.Y) != (-Direction.X, -Direction.Y));
        return possible.MinBy(w => (Nearer(w, goal) ? 0 : 1, (w.X, w.Y) == Direction ? 1 : 0)).Key;
    }

    private bool Nearer((Key Key, int X, int Y) way, (int X, int Y) goal) =>
        Math.Sign(goal.X - Head.X) == way.X && way.X != 0 || Math.Sign(goal.Y - Head.Y) == way.Y && way.Y != 0;
}
