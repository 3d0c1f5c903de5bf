using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Rubato.Configuration;
using Rubato.Numerics;

namespace Rubato.Training;

/// <summary>A copy of an <see cref="IStateful"/>'s state: named vectors and counters that can be saved, sent, compared and restored.</summary>
/// <remarks>Fields of a part carry its name in front: <c>optimizer/momentum</c>. Immutable and safe for concurrent use.</remarks>
public sealed class StateSnapshot
{
    private const byte VectorKind = 1, CounterKind = 2;
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);

    internal StateSnapshot(IReadOnlyList<StateField> fields)
    {
        Fields = fields;
        for (int i = 0; i < fields.Count; i++)
        {
            if (!_index.TryAdd(fields[i].Name, i))
                throw new ArgumentException($"Two fields of a state are named '{fields[i].Name}'. Give each its own name in VisitState.", nameof(fields));
        }
    }

    /// <summary>The fields in the order in which the state declares them.</summary>
    internal IReadOnlyList<StateField> Fields { get; }

    /// <summary>Copies the state of something.</summary>
    public static StateSnapshot Of(IStateful stateful)
    {
        var copier = new Copier();
        stateful.VisitState(copier);
        return new StateSnapshot(copier.Fields);
    }

    /// <summary>Overwrites the state of something with this one.</summary>
    /// <exception cref="InvalidRequestException">
    /// A field is missing here, left over, or of another length. The target is then partly overwritten and must be thrown away.
    /// </exception>
    public void RestoreTo(IStateful stateful)
    {
        var restorer = new Restorer(this);
        stateful.VisitState(restorer);
        if (Fields.FirstOrDefault(field => !restorer.Seen.Contains(field.Name)) is { } left)
            throw Mismatch($"holds the field '{left.Name}', which this job's state does not have");
    }

    /// <summary>SHA-256 over names and values, in lower-case hexadecimal.</summary>
    public string Sha256
    {
        get
        {
            var bytes = new ArrayBufferWriter<byte>();
            Write(bytes);
            return Convert.ToHexStringLower(SHA256.HashData(bytes.WrittenSpan));
        }
    }

    /// <summary>Names the first field or element that is not the same to the bit, or null when all are.</summary>
    public string? FirstDifference(StateSnapshot other)
    {
        foreach (StateField field in Fields)
        {
            if (!other._index.TryGetValue(field.Name, out int position)) return $"{field.Name}: only in the first";
            if (field.FirstDifference(other.Fields[position]) is { } difference) return difference;
        }
        StateField? extra = other.Fields.FirstOrDefault(field => !_index.ContainsKey(field.Name));
        return extra is null ? null : $"{extra.Name}: only in the second";
    }

    /// <summary>Writes the snapshot as bytes for a message: little-endian, with counts before their contents.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        Span<byte> head = output.GetSpan(4);
        BinaryPrimitives.WriteInt32LittleEndian(head, Fields.Count);
        output.Advance(4);
        foreach (StateField field in Fields)
        {
            byte[] name = Encoding.UTF8.GetBytes(field.Name);
            int size = 1 + 4 + name.Length + (field.Vector is { } values ? 4 + values.Length * sizeof(float) : sizeof(long));
            Span<byte> at = output.GetSpan(size);
            at[0] = field.Vector is null ? CounterKind : VectorKind;
            BinaryPrimitives.WriteInt32LittleEndian(at[1..], name.Length);
            name.CopyTo(at[5..]);
            Span<byte> body = at[(5 + name.Length)..];
            if (field.Vector is { } vector)
            {
                BinaryPrimitives.WriteInt32LittleEndian(body, vector.Length);
                LittleEndianFloats.Write(vector, body[4..]);
            }
            else
            {
                BinaryPrimitives.WriteInt64LittleEndian(body, field.Counter);
            }
            output.Advance(size);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are no snapshot; the message names the offset.</exception>
    public static StateSnapshot Read(ReadOnlySpan<byte> input)
    {
        int at = 0;
        int count = ReadCount(input, ref at, "fields", minimumBytesEach: 9);
        var fields = new List<StateField>(count);
        for (int i = 0; i < count; i++)
        {
            byte kind = Take(input, ref at, 1, "a field's kind")[0];
            int nameLength = ReadCount(input, ref at, "characters of a name", minimumBytesEach: 1);
            string name = Encoding.UTF8.GetString(Take(input, ref at, nameLength, "a name"));
            switch (kind)
            {
                case VectorKind:
                    int length = ReadCount(input, ref at, $"elements of '{name}'", minimumBytesEach: sizeof(float));
                    var vector = new float[length];
                    LittleEndianFloats.Read(Take(input, ref at, length * sizeof(float), name), vector);
                    fields.Add(new StateField(name, vector, 0));
                    break;
                case CounterKind:
                    fields.Add(new StateField(name, null, BinaryPrimitives.ReadInt64LittleEndian(Take(input, ref at, sizeof(long), name))));
                    break;
                default:
                    throw new InvalidDataException($"Field {i} of a state snapshot has kind {kind} at byte {at}, but only 1 and 2 exist.");
            }
        }
        if (at != input.Length)
            throw new InvalidDataException($"A state snapshot ends at byte {at}, but {input.Length - at} bytes follow.");
        return new StateSnapshot(fields);
    }

    private static InvalidRequestException Mismatch(string what) => new(
        $"The saved state {what}. Resume with the strategy, its options, the optimizer and the model that the checkpoint was made with.");

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> input, ref int at, int length, string what)
    {
        if (length > input.Length - at)
            throw new InvalidDataException($"A state snapshot of {input.Length} bytes ends inside {what} at byte {at}.");
        at += length;
        return input.Slice(at - length, length);
    }

    // Bounded by the bytes that are left, so that a wrong count cannot make us allocate.
    private static int ReadCount(ReadOnlySpan<byte> input, ref int at, string what, int minimumBytesEach)
    {
        int count = BinaryPrimitives.ReadInt32LittleEndian(Take(input, ref at, 4, $"the number of {what}"));
        if (count < 0 || count > (input.Length - at) / minimumBytesEach)
            throw new InvalidDataException($"A state snapshot claims {count} {what} at byte {at - 4}, but only {input.Length - at} bytes are left.");
        return count;
    }

    private sealed class Copier : IStateVisitor
    {
        private string _prefix = "";

        public List<StateField> Fields { get; } = [];

        public void Vector(string name, Span<float> values) => Fields.Add(new StateField(_prefix + name, values.ToArray(), 0));

        public void Counter(string name, ref long value) => Fields.Add(new StateField(_prefix + name, null, value));

        public void Part(string name, IStateful part)
        {
            string outer = _prefix;
            _prefix = $"{outer}{name}/";
            part.VisitState(this);
            _prefix = outer;
        }
    }

    private sealed class Restorer(StateSnapshot snapshot) : IStateVisitor
    {
        private string _prefix = "";

        public HashSet<string> Seen { get; } = new(StringComparer.Ordinal);

        public void Vector(string name, Span<float> values)
        {
            StateField field = Find(name);
            if (field.Vector is null) throw Mismatch($"holds '{field.Name}' as a counter, but this job's state has a vector there");
            if (field.Vector.Length != values.Length)
                throw Mismatch($"holds '{field.Name}' with {field.Vector.Length} elements, but this job's state has {values.Length}");
            field.Vector.CopyTo(values);
        }

        public void Counter(string name, ref long value)
        {
            StateField field = Find(name);
            if (field.Vector is not null) throw Mismatch($"holds '{field.Name}' as a vector, but this job's state has a counter there");
            value = field.Counter;
        }

        public void Part(string name, IStateful part)
        {
            string outer = _prefix;
            _prefix = $"{outer}{name}/";
            part.VisitState(this);
            _prefix = outer;
        }

        private StateField Find(string name)
        {
            string full = _prefix + name;
            Seen.Add(full);
            return snapshot._index.TryGetValue(full, out int position)
                ? snapshot.Fields[position]
                : throw Mismatch($"lacks the field '{full}' that this job's state has");
        }
    }
}
