using Rubato.Configuration;

namespace Rubato.Tests.Architecture;

public class PublicApiTests
{
    [Fact]
    public void The_public_api_is_the_reviewed_one() =>
        Snapshot.Verify(PublicApi.Of(typeof(Specification).Assembly), "tests/Rubato.Tests/Architecture/PublicApi.txt");
}
