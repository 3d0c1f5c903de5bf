using Rubato.Strategies.ParameterServer;

namespace Rubato.Tests.Strategies.ParameterServer;

public class MessageHeaderTests
{
    [Fact]
    public void A_header_survives_the_wire()
    {
        var header = new MessageHeader(MessageKind.Push, ReplyStatus.Dropped, Samples: 16, Version: long.MaxValue - 3, Extra: -9, Count: 5);
        var message = new byte[header.MessageLength];

        header.Write(message);

        Assert.Equal(header, MessageHeader.Read(message, source: 0));
        Assert.Equal(24 + 20, message.Length);
        Assert.Equal(5, MessageHeader.Floats(message).Length);
    }

    [Theory]
    [InlineData(23, 0, "its header alone has 24")]
    [InlineData(24, 1, "announces 1 values")]
    [InlineData(32, 1, "announces 1 values")]
    [InlineData(24, -1, "announces -1 values")]
    [InlineData(24, int.MaxValue, "announces 2147483647 values")]
    public void A_length_that_does_not_fit_is_refused_with_its_sender(int length, int count, string reason)
    {
        var message = new byte[64];
        new MessageHeader(MessageKind.Push, Count: count).Write(message);

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => MessageHeader.Read(message.AsSpan(0, length), source: 6));

        Assert.Contains("Rank 6", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_protocol_is_refused()
    {
        Assert.Contains("magic 0x0000", Assert.Throws<InvalidDataException>(() => MessageHeader.Read(new byte[24], source: 2)).Message, StringComparison.Ordinal);
    }
}
