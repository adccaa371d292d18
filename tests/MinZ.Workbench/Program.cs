using System.CommandLine;
using MinZ.Workbench;

var root = new RootCommand("Builds, tests and shows the MinZ SDK from a clone of its repository.")
{
    FeaturesCommand.Create(),
    GameCommand.Create(),
    TestCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
