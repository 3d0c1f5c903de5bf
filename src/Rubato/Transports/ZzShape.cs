#pragma warning disable
using Rubato.Communication;
namespace Rubato.Transports; 
public sealed class ShapedTransport(ITransport i, TimeSpan l, double b) : ITransport { public int Rank=>i.Rank; public int WorldSize=>i.WorldSize; public TimeProvider Time=>i.Time; public TrafficCounter Traffic=>i.Traffic; public IReadOnlyDictionary<int,PeerLostException> LostPeers=>i.LostPeers; public event Action<PeerLostException>? PeerLost { add{} remove{} } public ValueTask SendAsync(int d, MessageTag t, ReadOnlyMemory<byte> p, CancellationToken c)=>i.SendAsync(d,t,p,c); public ValueTask<Message> ReceiveAsync(int s, MessageTag t, CancellationToken c)=>i.ReceiveAsync(s,t,c); public ValueTask DisposeAsync()=>i.DisposeAsync(); }
