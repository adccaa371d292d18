using MinZ.Host;

// `dotnet test` starts what `dotnet run` would, with options of the testing platform behind it; so does the process
// that collects a TRX report.
string[] signs = ["--dotnet-test-pipe", "--list-tests", "--internal-testhostcontroller-pid", "--test"];
HostArguments? arguments = HostArguments.Parse(args);
if (arguments is null)
{
    Console.Error.WriteLine(
        "usage: MinZ.Host --module X.mirb [--target T] [--tests OPTIONS] [--sources DIR] -- [arguments]");
    return 2;
}

return args.Any(signs.Contains) ? await TestMode.RunAsync(arguments) : RunMode.Run(arguments);
