using MinZ.MirVm;

using var output = Console.OpenStandardOutput();
using var errors = Console.OpenStandardError();
return new Cli(output, errors).Run(args);
