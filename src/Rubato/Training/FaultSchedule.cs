using Rubato.Numerics;
using Rubato.Simulation;
using Rubato.Transports.Simulated;

namespace Rubato.Training;

/// <summary>Makes the faults of a job happen on the loop of its simulation.</summary>
/// <param name="plan">The job.</param>
/// <param name="loop">Its loop, with all ranks.</param>
/// <param name="network">Its network, which learns who is lost.</param>
/// <param name="disturbance">What the network does to messages; null where no fault touches them.</param>
/// <param name="isResumed">Whether the run goes on from a checkpoint.</param>
/// <param name="hasEnded">Whether a rank has ended, so that it cannot crash any more.</param>
internal sealed class FaultSchedule(
    JobPlan plan, SimulationLoop loop, SimulatedNetwork network, MessageDisturbance? disturbance, bool isResumed, Func<int, bool> hasEnded)
{
    private readonly HashSet<Fault> _came = [];
    private int _waiting;

    /// <summary>Adds all faults of the job.</summary>
    public void Begin()
    {
        foreach (Fault fault in plan.Job.Faults) Add(fault);
    }

    /// <summary>The job's faults at a time of their own that have not come; of a resumed run, restarts are none of them.</summary>
    public IEnumerable<Fault> Missed => plan.Job.Faults.Where(fault => fault switch
    {
        Fault.Crash or Fault.Pause or Fault.Partition => !_came.Contains(fault),
        Fault.Restart => !isResumed && !_came.Contains(fault),
        _ => false,
    });

    private void Add(Fault fault)
    {
        switch (fault)
        {
            case Fault.Crash crash:
                At(crash.At, () => End(crash, crash.Rank));
                break;
            case Fault.Restart restart when !isResumed:
                At(restart.At, () => End(restart, restart.Rank));
                break;
            case Fault.Pause pause:
                At(pause.At, () =>
                {
                    _came.Add(pause);
                    loop.Ranks[pause.Rank].PauseUntil((pause.At + pause.Duration).Ticks);
                });
                break;
            case Fault.Partition cut:
                At(cut.At, () => _came.Add(cut));
                break;
            case Fault.AtRandom random:
                // A stream for each endpoint, so that one more worker does not change the fate of the others.
                for (int endpoint = 0; endpoint < plan.Workers + plan.Servers; endpoint++)
                    AddNext(random, endpoint, RandomStream.Create(plan.Job.Seed, $"{random.Kind} at random", endpoint), TimeSpan.Zero);
                break;
        }
    }

    private void AddNext(Fault.AtRandom random, int endpoint, RandomStream stream, TimeSpan from)
    {
        TimeSpan at = from + TimeSpan.FromTicks((long)(-Math.Log(1 - stream.NextDouble()) * random.Mean.Ticks));
        Fault next = random.Of(endpoint, at);
        if (next is Fault.Crash or Fault.Restart)
        {
            Add(next);
            return;
        }
        if (next is Fault.Pause) Add(next);
        At(at, () =>
        {
            if (next is Fault.Partition cut) disturbance!.Add(cut);
            // When nothing but faults is left to happen, somebody waits without a deadline: let the loop find out.
            if (loop.Pending > _waiting) AddNext(random, endpoint, stream, at + random.Duration);
        });
    }

    private void End(Fault fault, int rank)
    {
        if (hasEnded(rank)) return;
        _came.Add(fault);
        network.Lose(rank, "it crashed, as the job's faults say");
    }

    private void At(TimeSpan time, Action happen)
    {
        _waiting++;
        loop.At(time.Ticks, loop.Network, () =>
        {
            _waiting--;
            happen();
        });
    }
}
