using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Rubato.Configuration;

/// <summary>Fills an options record from a specification: one property, one key; the property's own check is the only validator.</summary>
/// <remarks>A property with <see cref="OptionGroupAttribute"/> is a record of its own, whose properties are keys like the others.</remarks>
internal static class OptionBinder
{
    /// <summary>Creates the record with the specification's options set.</summary>
    /// <exception cref="InvalidRequestException">A key is unknown, a value does not read as its type, or the property refuses it.</exception>
    public static TOptions Bind<TOptions>(Specification specification) where TOptions : new()
    {
        // Boxed, so that a value type would be set too.
        object options = new TOptions();
        Option[] known = [.. OptionsOf(typeof(TOptions))];
        foreach ((string key, string text) in specification.Options)
        {
            Option option = known.FirstOrDefault(one => one.Key == key)
                ?? throw new InvalidRequestException(
                    $"'{specification.Name}' has no option '{key}'."
                    + (known.Length == 0 ? " It takes none." : NearestName.Suggest(key, [.. known.Select(one => one.Key)])));
            object value = Read(specification, key, text, option.Property.PropertyType);
            try
            {
                option.Property.SetValue(option.HolderIn(options), value);
            }
            catch (TargetInvocationException refusal) when (refusal.InnerException is ArgumentException inner)
            {
                // ArgumentException appends the parameter's name and value to its message; the first line is ours.
                throw new InvalidRequestException(
                    inner.Message.Split(" (Parameter", 2)[0].Split('\n')[0] + $" (in '{specification}')", inner);
            }
            catch (TargetInvocationException refusal) when (refusal.InnerException is InvalidRequestException inner)
            {
                throw new InvalidRequestException($"{inner.Message} (in '{specification}')", inner);
            }
        }
        return (TOptions)options;
    }

    /// <summary>All options of a record with their defaults.</summary>
    public static IReadOnlyList<OptionDescription> Describe<TOptions>() where TOptions : new()
    {
        object defaults = new TOptions();
        return [.. OptionsOf(typeof(TOptions)).Select(option => Describe(option, defaults))];
    }

    private static OptionDescription Describe(Option option, object defaults)
    {
        string summary = option.Property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "";
        string value = Write(option.Property.GetValue(option.HolderIn(defaults)));
        // Given under another condition, even its default is refused.
        if (option.Group is { } group)
            (summary, value) = ($"{group.GetCustomAttribute<OptionGroupAttribute>()!.Condition}: {summary}{(value.Length > 0 ? $"; {value} unless given" : "")}", "");
        return new OptionDescription(option.Key, TypeInWords(option.Property.PropertyType), value, summary);
    }

    internal static string KebabCase(string name)
    {
        var text = new StringBuilder();
        foreach (char c in name)
        {
            if (char.IsUpper(c) && text.Length > 0) text.Append('-');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }

    private static IEnumerable<Option> OptionsOf(Type type) => PropertiesOf(type).SelectMany(property => property.IsDefined(typeof(OptionGroupAttribute))
        ? PropertiesOf(property.PropertyType).Select(inner => new Option(inner, property)) : [new Option(property, null)]);

    private static IEnumerable<PropertyInfo> PropertiesOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)
            // In the order of the source, a record's own before those that it inherits.
            .OrderBy(property => property.DeclaringType == type ? 0 : 1).ThenBy(property => property.MetadataToken);

    private static string KeyOf(PropertyInfo property) =>
        property.GetCustomAttribute<OptionNameAttribute>()?.Name ?? KebabCase(property.Name);

    private static object Read(Specification specification, string key, string text, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return text;
        if (type == typeof(bool) && bool.TryParse(text, out bool flag)) return flag;
        if (type == typeof(int) && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int whole)) return whole;
        if (type == typeof(float) && float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float single)
            && float.IsFinite(single)) return single;
        if (type == typeof(double) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number)) return number;
        if (type.IsEnum)
        {
            string[] names = Enum.GetNames(type);
            string? match = names.FirstOrDefault(name => KebabCase(name) == text);
            if (match is not null) return Enum.Parse(type, match);
            throw new InvalidRequestException(
                $"The option '{key}' of '{specification.Name}' is '{text}'.{NearestName.Suggest(text, [.. names.Select(KebabCase)])}");
        }
        throw new InvalidRequestException(
            $"The option '{key}' of '{specification.Name}' is '{text}', which is not a {TypeInWords(type)}. Write {key}={Example(type)}, for example.");
    }

    private static string Example(Type type) => type == typeof(int) ? "4" : type == typeof(bool) ? "true" : "0.5";

    private static string TypeInWords(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(bool)) return "true|false";
        if (type == typeof(int)) return "whole number";
        if (type == typeof(float) || type == typeof(double)) return "number";
        return type.IsEnum ? string.Join('|', Enum.GetNames(type).Select(KebabCase)) : "text";
    }

    private static string Write(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        Enum choice => KebabCase(choice.ToString()),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>A property that is set by its key, of the record itself or of a group in it.</summary>
    private sealed record Option(PropertyInfo Property, PropertyInfo? Group)
    {
        public string Key => KeyOf(Property);

        /// <summary>The object whose property it is; a group that is null comes into being.</summary>
        public object HolderIn(object options)
        {
            if (Group is null) return options;
            if (Group.GetValue(options) is { } own) return own;
            object made = Activator.CreateInstance(Group.PropertyType)!;
            Group.SetValue(options, made);
            return made;
        }
    }
}
