using System.Buffers;
using Rubato.Communication;

namespace Rubato.Training;

/// <summary>One endpoint's control traffic: whole messages in order, cut into pieces that any transport takes.</summary>
/// <remarks>Belongs to one rank's event loop, as everything above the transport does.</remarks>
internal sealed class ControlLine(ITransport transport)
{
    private const int PieceBytes = 1 << 20;
    private const byte More = 1, End = 0;
    private static readonly MessageTag Tag = new(Communicator.ControlContext, 1);

    private readonly Dictionary<int, Task> _lastSends = [];
    private readonly Dictionary<int, ArrayBufferWriter<byte>> _unfinished = [];

    /// <summary>Sends a message after all earlier ones to that endpoint.</summary>
    public Task SendAsync(int destination, ControlMessage message, CancellationToken cancellation)
    {
        byte[] bytes = ControlCodec.Write(message);
        Task before = _lastSends.GetValueOrDefault(destination, Task.CompletedTask);
        Task sending = SendAfterAsync(before, destination, bytes, cancellation);
        _lastSends[destination] = sending;
        return sending;
    }

    /// <summary>Receives the next whole message from one endpoint or from any (<see cref="Endpoints.Any"/>).</summary>
    public async ValueTask<(int Source, ControlMessage Message)> ReceiveAsync(int source, CancellationToken cancellation)
    {
        while (true)
        {
            using Message piece = await transport.ReceiveAsync(source, Tag, cancellation);
            ReadOnlyMemory<byte> payload = piece.Payload;
            if (payload.Length == 0) throw new InvalidDataException($"Endpoint {piece.Source} sent an empty control message. Run one version on all ranks.");
            bool ends = payload.Span[0] == End;
            if (!_unfinished.Remove(piece.Source, out ArrayBufferWriter<byte>? whole) && ends)
                return (piece.Source, ControlCodec.Read(payload.Span[1..]));
            whole ??= new ArrayBufferWriter<byte>(2 * PieceBytes);
            whole.Write(payload.Span[1..]);
            if (ends) return (piece.Source, ControlCodec.Read(whole.WrittenSpan));
            _unfinished[piece.Source] = whole;
        }
    }

    private async Task SendAfterAsync(Task before, int destination, byte[] bytes, CancellationToken cancellation)
    {
        // Pieces of two messages must not mix, and a line that broke stays broken.
        if (!before.IsCompletedSuccessfully) await before;
        int room = PieceBytes - 1;
        var piece = new byte[Math.Min(bytes.Length, room) + 1];
        for (int start = 0; start < bytes.Length; start += room)
        {
            int length = Math.Min(room, bytes.Length - start);
            piece[0] = start + length < bytes.Length ? More : End;
            bytes.AsSpan(start, length).CopyTo(piece.AsSpan(1));
            await transport.SendAsync(destination, Tag, piece.AsMemory(0, length + 1), cancellation);
        }
    }
}
