using Rubato.Numerics;

namespace Rubato.Training;

/// <summary>The conductor's books: what every rank did, and what became of every sample.</summary>
internal sealed class RunAccount : IStateful
{
    private readonly int _workers;
    private readonly int _batchSize;
    private readonly RankTotals[] _before;
    private readonly RankTotals[] _current;
    private readonly long[] _ticketSamples;
    private readonly long[] _applied;
    private readonly long[] _dropped;
    private readonly long[] _causedWait;
    private readonly List<long> _histogram = [];
    private (double Sum, long Count) _lossesExamined;

    /// <summary>The books of a job that is still to begin.</summary>
    public static RunAccount Of(JobPlan plan) => new(plan.Conductor, plan.Workers, plan.Job.BatchSize);

    /// <param name="ranks">Workers and servers.</param>
    /// <param name="workers">Workers.</param>
    /// <param name="batchSize">Samples in a mini-batch.</param>
    public RunAccount(int ranks, int workers, int batchSize)
    {
        _workers = workers;
        _batchSize = batchSize;
        _before = new RankTotals[ranks];
        _current = new RankTotals[ranks];
        _ticketSamples = new long[workers];
        _applied = new long[workers];
        _dropped = new long[workers];
        _causedWait = new long[workers];
    }

    /// <summary>Samples applied so far.</summary>
    public long Applied { get; private set; }

    /// <summary>Payload bytes of training traffic sent, as far as heard.</summary>
    public long BytesSent => Enumerable.Range(0, _current.Length).Sum(rank => Of(rank).BytesSent);

    /// <summary>Messages of training traffic sent, as far as heard.</summary>
    public long MessagesSent => Enumerable.Range(0, _current.Length).Sum(rank => Of(rank).MessagesSent);

    /// <summary>A rank's totals, earlier parts of the run included.</summary>
    public RankTotals Of(int rank) => _before[rank] + _current[rank];

    /// <summary>Samples of a worker that were computed or begun.</summary>
    public long ComputedBy(int worker) => Math.Max(_ticketSamples[worker], Of(worker).Gradients * _batchSize);

    /// <summary>A mini-batch was handed to a worker.</summary>
    public void HandOut(int worker) => _ticketSamples[worker] += _batchSize;

    /// <summary>How many mini-batches a worker has been handed on demand.</summary>
    public long TicketsOf(int worker) => _ticketSamples[worker] / _batchSize;

    /// <summary>Takes a rank's latest running totals.</summary>
    public void Take(int rank, RankTotals totals) => _current[rank] = totals;

    /// <summary>Takes entries of the ledger.</summary>
    /// <exception cref="InvalidDataException">An entry names no worker.</exception>
    public void Take(IEnumerable<LedgerEntry> entries)
    {
        foreach (LedgerEntry entry in entries)
        {
            if ((uint)entry.Worker >= (uint)_workers)
                throw new InvalidDataException($"The ledger names worker {entry.Worker}, but there are workers 0 to {_workers - 1}. Report gradients under their worker's rank.");
            if (entry.Staleness == LedgerEntry.Dropped)
            {
                _dropped[entry.Worker] += entry.Samples;
                continue;
            }
            _applied[entry.Worker] += entry.Samples;
            Applied += entry.Samples;
            while (_histogram.Count <= entry.Staleness) _histogram.Add(0);
            _histogram[entry.Staleness] += entry.Gradients;
        }
    }

    /// <summary>Takes waiting that a worker has caused.</summary>
    public void Take(CausedWait caused) => _causedWait[caused.Worker] += caused.Wait.Ticks;

    /// <summary>How long others, added up, waited for a worker.</summary>
    public TimeSpan WaitCausedBy(int worker) => new(_causedWait[worker]);

    /// <summary>The mean loss of the mini-batches since this was last asked; null when there were none.</summary>
    public double? TakeTrainLoss()
    {
        (double sum, long count) = Losses();
        (double earlierSum, long earlierCount) = _lossesExamined;
        if (count == earlierCount) return null;
        _lossesExamined = (sum, count);
        return (sum - earlierSum) / (count - earlierCount);
    }

    /// <summary>The mean loss of the mini-batches since the last examination, without starting anew; null when there were none.</summary>
    public double? RecentTrainLoss()
    {
        (double sum, long count) = Losses();
        return count == _lossesExamined.Count ? null : (sum - _lossesExamined.Sum) / (count - _lossesExamined.Count);
    }

    /// <summary>Where every sample went. What nobody reported was left over at the end, or lost with its worker.</summary>
    /// <exception cref="InvalidOperationException">More samples met a fate than were computed: a strategy's ledger is wrong.</exception>
    public SampleAccount Settle(IReadOnlyCollection<int> lostWorkers)
    {
        long computed = 0, applied = 0, lost = 0;
        for (int worker = 0; worker < _workers; worker++)
        {
            long reported = _applied[worker] + _dropped[worker], begun = ComputedBy(worker);
            bool isLost = lostWorkers.Contains(worker);
            // The last words of a lost worker may be older than what others made of its gradients.
            if (isLost) begun = Math.Max(begun, reported);
            else if (reported > begun)
            {
                throw new InvalidOperationException(
                    $"Worker {worker} computed {begun} samples, but {reported} were reported applied or dropped. Report every gradient once.");
            }
            computed += begun;
            applied += _applied[worker];
            if (isLost) lost += begun - reported;
        }
        return new SampleAccount(computed, applied, computed - applied - lost, lost);
    }

    /// <summary>The staleness of the gradients applied so far.</summary>
    public StalenessSummary Staleness()
    {
        long gradients = _histogram.Sum();
        if (gradients == 0) return new StalenessSummary(0, 0, 0, []);
        double mean = _histogram.Select((count, staleness) => (double)count * staleness).Sum() / gradients;
        int p95 = 0;
        for (long seen = _histogram[0]; seen < Math.Ceiling(0.95 * gradients); seen += _histogram[++p95])
        {
        }
        return new StalenessSummary(mean, _histogram.Count - 1, p95, [.. _histogram]);
    }

    /// <summary>After a restore: what was under way when the checkpoint was written has gone with that run.</summary>
    public void DropWhatWasUnderWay()
    {
        for (int worker = 0; worker < _workers; worker++)
            _dropped[worker] = Math.Max(_dropped[worker], ComputedBy(worker) - _applied[worker]);
    }

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        for (int rank = 0; rank < _before.Length; rank++)
        {
            RankTotals totals = Of(rank);
            long steps = totals.Steps, gradients = totals.Gradients, compute = totals.Compute.Ticks, wait = totals.Wait.Ticks;
            long lossSum = BitConverter.DoubleToInt64Bits(totals.LossSum), losses = totals.Losses;
            long bytes = totals.BytesSent, messages = totals.MessagesSent, synchronizations = totals.Synchronizations;
            visitor.Counter($"rank-{rank}-steps", ref steps);
            visitor.Counter($"rank-{rank}-gradients", ref gradients);
            visitor.Counter($"rank-{rank}-compute", ref compute);
            visitor.Counter($"rank-{rank}-wait", ref wait);
            visitor.Counter($"rank-{rank}-loss-sum", ref lossSum);
            visitor.Counter($"rank-{rank}-losses", ref losses);
            visitor.Counter($"rank-{rank}-bytes", ref bytes);
            visitor.Counter($"rank-{rank}-messages", ref messages);
            visitor.Counter($"rank-{rank}-synchronizations", ref synchronizations);
            var visited = new RankTotals(steps, gradients, new TimeSpan(compute), new TimeSpan(wait),
                BitConverter.Int64BitsToDouble(lossSum), losses, bytes, messages, synchronizations);
            // What was overwritten is the part of the run before this one.
            if (visited != totals) (_before[rank], _current[rank]) = (visited, default);
        }
        for (int worker = 0; worker < _workers; worker++)
        {
            visitor.Counter($"worker-{worker}-tickets", ref _ticketSamples[worker]);
            visitor.Counter($"worker-{worker}-applied", ref _applied[worker]);
            visitor.Counter($"worker-{worker}-dropped", ref _dropped[worker]);
            visitor.Counter($"worker-{worker}-caused-wait", ref _causedWait[worker]);
        }
        long examinedSum = BitConverter.DoubleToInt64Bits(_lossesExamined.Sum), examined = _lossesExamined.Count;
        visitor.Counter("examined-loss-sum", ref examinedSum);
        visitor.Counter("examined-losses", ref examined);
        _lossesExamined = (BitConverter.Int64BitsToDouble(examinedSum), examined);
        long buckets = _histogram.Count;
        visitor.Counter("staleness-buckets", ref buckets);
        while (_histogram.Count < buckets) _histogram.Add(0);
        for (int staleness = 0; staleness < buckets; staleness++)
        {
            long count = _histogram[staleness];
            visitor.Counter($"staleness-{staleness}", ref count);
            _histogram[staleness] = count;
        }
        Applied = _applied.Sum();
    }

    // In rank order, so that the sum does not depend on whose message came first.
    private (double Sum, long Count) Losses()
    {
        double sum = 0;
        long count = 0;
        for (int worker = 0; worker < _workers; worker++)
        {
            sum += Of(worker).LossSum;
            count += Of(worker).Losses;
        }
        return (sum, count);
    }
}
