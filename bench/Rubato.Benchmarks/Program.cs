using Rubato.Benchmarks;

// One row a benchmark: the name on the command line, what it measures, and its runner, which prints and returns the exit code.
var benchmarks = new SortedDictionary<string, (string Summary, Func<string[], Task<int>> Run)>(StringComparer.Ordinal)
{
    ["all-reduce"] = ("TCP all-reduce of 16 MiB between two processes against their bare socket", AllReduceBenchmark.RunAsync),
    ["convolution"] = ("convolutions and their gradients against the FMA peak of the same run", ConvolutionBenchmark.RunAsync),
    ["event-loop"] = ("the simulation's event loop without gradients against a bare priority queue", EventLoopBenchmark.RunAsync),
    ["gemm"] = ("single-core matrix products against the FMA peak of the same run", GemmBenchmark.RunAsync),
    ["mpi-all-reduce"] = ("all-reduce of two MPI ranks against the same call in a C program", MpiAllReduceBenchmark.RunAsync),
    ["mlp-step"] = ("a training step of an mlp against the matrix products in it, and its allocations", MlpStepBenchmark.RunAsync),
};

if (args.Length > 0 && benchmarks.TryGetValue(args[0], out var chosen)) return await chosen.Run(args[1..]);

if (args.Length > 0) Console.Error.WriteLine($"There is no benchmark '{args[0]}'.");
Console.Error.WriteLine("Usage: dotnet run -c Release --project bench/Rubato.Benchmarks -- NAME");
foreach ((string name, var benchmark) in benchmarks) Console.Error.WriteLine($"  {name,-14} {benchmark.Summary}");
return 2;
