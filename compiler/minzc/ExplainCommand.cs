using System.CommandLine;
using MinZ.Frontend.Diagnostics;

namespace MinZ.CommandLine;

/// <summary><c>minzc explain MZ0123</c>.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var code = new Argument<string>("code") { Description = "A code such as MZ0123." };
        var command = new Command("explain", "Tells more about a diagnostic.") { code };
        command.SetAction(line =>
        {
            string id = line.GetValue(code)!;
            if (DiagnosticCodes.Find(id) is not { } found)
            {
                Console.Error.WriteLine($"There is no diagnostic '{id}'.");
                return ExitCodes.Usage;
            }

            Console.Write(Renderer.Explain(found));
            return ExitCodes.Success;
        });
        return command;
    }
}
