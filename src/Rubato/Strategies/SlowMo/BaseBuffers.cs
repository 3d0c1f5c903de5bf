using Rubato.Communication;
using Rubato.Numerics;
using Rubato.Optimizers;

namespace Rubato.Strategies.SlowMo;

/// <summary>The vectors of a base optimizer's state seen as one, whatever optimizer it is.</summary>
internal sealed class BaseBuffers
{
    private float[] _all = [];

    /// <summary>Makes the optimizer a new one: vectors and counters to zero.</summary>
    public static void Reset(Optimizer optimizer) => optimizer.VisitState(new Eraser());

    /// <summary>Replaces every vector by its mean over the workers. Counters count steps, which are the same on all of them, and stay.</summary>
    public async ValueTask AverageAsync(Optimizer optimizer, ICommunicator workers, CancellationToken cancellation)
    {
        var counter = new Pass(null, writes: false);
        optimizer.VisitState(counter);
        if (_all.Length != counter.Length) _all = new float[counter.Length];

        // The visitor shows spans, which do not outlive an await: copy out, average, copy back.
        optimizer.VisitState(new Pass(_all, writes: false));
        await workers.AllReduceAsync(_all, ReduceOperation.Mean, cancellation);
        optimizer.VisitState(new Pass(_all, writes: true));
    }

    private sealed class Eraser : IStateVisitor
    {
        public void Vector(string name, Span<float> values) => values.Clear();

        public void Counter(string name, ref long value) => value = 0;

        public void Part(string name, IStateful part) => part.VisitState(this);
    }

    private sealed class Pass(float[]? all, bool writes) : IStateVisitor
    {
        public int Length { get; private set; }

        public void Vector(string name, Span<float> values)
        {
            if (writes) all.AsSpan(Length, values.Length).CopyTo(values);
            else if (all is not null) values.CopyTo(all.AsSpan(Length));
            Length += values.Length;
        }

        public void Counter(string name, ref long value)
        {
        }

        public void Part(string name, IStateful part) => part.VisitState(this);
    }
}
