using System.CommandLine;
using MinZ.CommandLine;

Cost.Begin();
var root = new RootCommand("The MinZ compiler.")
{
    BuildCommand.Create(),
    CheckCommand.Create(),
    RunCommand.Create(),
    TestCommand.Create(),
    TargetsCommand.Create(),
    ExplainCommand.Create(),
};
ParseResult command = root.Parse(args);
int exitCode = command.Invoke();
return command.Errors.Count > 0 ? ExitCodes.Usage : exitCode;
