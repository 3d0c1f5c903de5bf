using OwnModel;
using Rubato.Configuration;
using Rubato.Data;
using Rubato.Models;
using Rubato.Training;

(float[] points, int[] labels) = Spirals.Make(pointsPerArm: 400);
Dataset data = Dataset.Split("spirals", SampleSet.FromArrays(points, labels, new SampleShape(2)));
var model = new Sequential(data.Shape, new SoftmaxCrossEntropy(), new Dense(32), new Tanh(), new Dense(32), new Tanh(), new Dense(3));
var job = new TrainingJob { On = World.Threads, Workers = 4, Epochs = 60, Optimizer = Specification.Parse("sgd:lr=0.3") };
job = job with { ComputeTime = ComputeTime.Parse("1ms"), Stragglers = [Straggler.Parse("3:4")] };   // worker 3 is four times slower
job = job with { Strategy = Specification.Parse("grouped:groups=2") };
RunReport report = await new ThreadsCluster().RunAsync(JobPlan.Build(job, data, model), progress: null, CancellationToken.None);
Console.WriteLine($"accuracy {report.TestAccuracy:P1} after {report.TrainSeconds:0.0} s, mean staleness {report.Staleness.Mean:0.0}");

// The example is run by .ci/run: it fails where it does not learn.
return report.TestAccuracy > 0.9 ? 0 : 1;
