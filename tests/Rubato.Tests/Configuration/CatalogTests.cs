using Rubato.Configuration;

namespace Rubato.Tests.Configuration;

public class CatalogTests
{
    private static readonly Catalog<string> Methods = new("strategy",
        CatalogEntry<string>.Of<NoOptions>("all-reduce", "Full synchrony.", _ => "made all-reduce"),
        CatalogEntry<string>.Of<GroupOptions>("grouped", "Groups.", options => $"made {options.Groups} groups"));

    [Fact]
    public void A_specification_makes_what_it_names_with_its_options()
    {
        Assert.Equal("made all-reduce", Methods.Create(Specification.Parse("all-reduce")));
        Assert.Equal("made 8 groups", Methods.Create(Specification.Parse("grouped:groups=8")));
        Assert.Equal("made 4 groups", Methods.Create(Specification.Parse("grouped")));
    }

    [Theory]
    [InlineData("gruoped", "There is no strategy 'gruoped'. Did you mean 'grouped'? Known: all-reduce, grouped.")]
    [InlineData("allreduce", "There is no strategy 'allreduce'. Did you mean 'all-reduce'? Known: all-reduce, grouped.")]
    [InlineData("GROUPED", "There is no strategy 'GROUPED'. Did you mean 'grouped'? Known: all-reduce, grouped.")]
    [InlineData("parameter-server", "There is no strategy 'parameter-server'. Known: all-reduce, grouped.")]
    public void An_unknown_name_gets_the_nearest_if_there_is_one(string name, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidRequestException>(() => Methods.Find(name)).Message);

    [Fact]
    public void Entries_keep_their_order_and_tell_their_options()
    {
        Assert.Equal(["all-reduce", "grouped"], Methods.Entries.Select(entry => entry.Name));
        Assert.Empty(Methods.Entries[0].Options);
        Assert.Equal("4", Methods.Entries[1].Options.Single().Default);
    }

    [Fact]
    public void Swapped_letters_are_nearer_than_replaced_ones() => Assert.Equal("from", NearestName.Find("form", ["fabm", "from"]));

    private sealed record GroupOptions
    {
        public int Groups { get; init; } = 4;
    }
}
