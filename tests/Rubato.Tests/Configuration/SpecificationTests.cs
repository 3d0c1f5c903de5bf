using FsCheck;
using FsCheck.Fluent;
using Rubato.Configuration;

namespace Rubato.Tests.Configuration;

public class SpecificationTests
{
    private static readonly Gen<string> Word =
        Gen.Choose(1, 8).SelectMany(length => Gen.Elements("abcdefgz0189-_.".ToCharArray()).ArrayOf(length)).Select(letters => new string(letters));

    private static readonly Gen<Specification> Any =
        from name in Word
        from keys in Word.ListOf()
        from values in Gen.Elements("", "4", "0.5", "true", "a=b", "c:d").ListOf(keys.Count)
        select new Specification(name, keys.Zip(values, KeyValuePair.Create).DistinctBy(pair => pair.Key));

    [Fact]
    public void Parsing_what_was_written_gives_an_equal_specification() =>
        Prop.ForAll(Any.ToArbitrary(), specification =>
        {
            Specification read = Specification.Parse(specification.ToString());
            return read.Equals(specification) && read.GetHashCode() == specification.GetHashCode() && read.ToString() == specification.ToString();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Order_and_spaces_do_not_matter()
    {
        Specification one = Specification.Parse(" slowmo : period = 12 , beta=0.7 "), other = Specification.Parse("slowmo:beta=0.7,period=12");
        Assert.Equal(one, other);
        Assert.Equal("slowmo:beta=0.7,period=12", one.ToString());
        Assert.Equal("12", one.Options["period"]);
    }

    [Fact]
    public void A_value_may_hold_colons_and_equals_signs()
    {
        Specification specification = Specification.Parse("file:path=c:/a=b");
        Assert.Equal("file", specification.Name);
        Assert.Equal("c:/a=b", specification.Options["path"]);
    }

    [Fact]
    public void One_option_is_set_or_replaced_and_the_original_stays()
    {
        Specification original = Specification.Parse("grouped:groups=4");
        Assert.Equal("grouped:groups=8", original.With("groups", "8").ToString());
        Assert.Equal("grouped:groups=4,scale=fixed", original.With("scale", "fixed").ToString());
        Assert.Equal("grouped:groups=4", original.ToString());
    }

    [Theory]
    [InlineData("", "has no name")]
    [InlineData(":groups=4", "has no name")]
    [InlineData("grouped:groups", "Write grouped:groups=VALUE")]
    [InlineData("grouped:=4", "has no value")]
    [InlineData("grouped:groups=4,groups=5", "stands twice")]
    public void A_broken_text_is_refused_with_the_way_to_write_it(string text, string hint) =>
        Assert.Contains(hint, Assert.Throws<InvalidRequestException>(() => Specification.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Specifications_of_other_names_or_values_differ()
    {
        Assert.NotEqual(Specification.Parse("a"), Specification.Parse("b"));
        Assert.NotEqual(Specification.Parse("a:x=1"), Specification.Parse("a:x=2"));
        Assert.False(Specification.Parse("a").Equals(null));
    }
}
