using Rubato.Training;

// Before anything else is loaded: a rank of a run on processes starts this way, many at a time.
if (args is ["rank"]) return await RankProcess.RunAsync(Console.OpenStandardInput(), Console.Error, Environment.GetEnvironmentVariable);
return 0;
