using System.Reflection;

namespace Rubato.Tests.Architecture;

/// <summary>Types as C# writes them, with nullability where it is known.</summary>
internal static class ApiName
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
    };

    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>A parameter's or result's type.</summary>
    public static string Of(ParameterInfo parameter) => Of(parameter.ParameterType, Nullability.Create(parameter));

    /// <summary>A property's type.</summary>
    public static string Of(PropertyInfo property) => Of(property.PropertyType, Nullability.Create(property));

    /// <summary>A field's type.</summary>
    public static string Of(FieldInfo field) => Of(field.FieldType, Nullability.Create(field));

    /// <summary>An event's type.</summary>
    public static string Of(EventInfo @event) => Of(@event.EventHandlerType!, Nullability.Create(@event));

    /// <summary>A type whose nullability is not at issue.</summary>
    public static string Of(Type type) => Of(type, null);

    /// <summary>The name without the number of type parameters.</summary>
    public static string WithoutArity(string name) => name.Split('`')[0];

    /// <summary>The type parameters that the type itself adds to its outer type's, in angle brackets.</summary>
    public static string GenericParameters(Type type)
    {
        int inherited = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        Type[] own = type.GetGenericArguments()[inherited..];
        return own.Length == 0 ? "" : $"<{string.Join(", ", own.Select(argument => argument.Name))}>";
    }

    private static string Of(Type type, NullabilityInfo? nullability)
    {
        if (type.IsByRef) return Of(type.GetElementType()!, nullability is { ElementType: { } target } ? target : nullability);
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Of(value, nullability is { GenericTypeArguments: [var only] } ? only : null) + "?";
        // Of an open type parameter only its constraint could tell.
        string mark = !type.IsValueType && !type.IsGenericParameter && nullability?.ReadState == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray) return $"{Of(type.GetElementType()!, nullability?.ElementType)}[{new string(',', type.GetArrayRank() - 1)}]{mark}";
        if (type.IsPointer) return Of(type.GetElementType()!, null) + "*";
        if (Keywords.TryGetValue(type, out string? keyword)) return keyword + mark;
        string name = WithoutArity(type.Name);
        if (type.IsNested && !type.IsGenericParameter) name = $"{WithoutArity(type.DeclaringType!.Name)}.{name}";
        if (!type.IsGenericType) return name + mark;
        Type[] arguments = type.GetGenericArguments();
        IEnumerable<string> written = arguments.Select((argument, i) =>
            Of(argument, nullability is not null && i < nullability.GenericTypeArguments.Length ? nullability.GenericTypeArguments[i] : null));
        return $"{name}<{string.Join(", ", written)}>{mark}";
    }
}
