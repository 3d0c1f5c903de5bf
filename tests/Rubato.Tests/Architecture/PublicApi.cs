using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Rubato.Tests.Architecture;

/// <summary>An assembly's public types and members as C#-like lines, sorted, so that a change of the API is a change of a text file.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // What the compiler writes for every record says nothing that "record" does not say already.
    private static readonly HashSet<string> RecordMembers = ["<Clone>$", "PrintMembers", "EqualityContract", "Deconstruct"];

    /// <summary>The whole text.</summary>
    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (IGrouping<string?, Type> part in assembly.GetExportedTypes().GroupBy(type => type.Namespace).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"namespace {part.Key}\n");
            foreach (Type type in part.OrderBy(FullNameOf, StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"  {Header(type)}\n");
                foreach (string line in Members(type).Distinct().OrderBy(NameIn, StringComparer.Ordinal).ThenBy(line => line, StringComparer.Ordinal)) text.Append(CultureInfo.InvariantCulture, $"    {line}\n");
            }
            text.Append('\n');
        }
        return text.ToString();
    }

    // The word before the parameters, the braces or the value.
    private static string NameIn(string line) => line.Split('(', '{', '=')[0].Trim().Split(' ')[^1];

    private static string Header(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type) && type.GetMethod("Invoke") is { } invoke)
            return $"delegate {ApiName.Of(invoke.ReturnParameter)} {FullNameOf(type)}({Parameters(invoke)})";
        bool isRecord = IsRecord(type);
        string kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? (isRecord ? "record struct" : "struct") : isRecord ? "record" : "class";
        string how = type.IsEnum || type.IsInterface ? "" : type.IsValueType
            ? (type.GetCustomAttribute<IsReadOnlyAttribute>() is null ? "" : "readonly ") + (type.IsByRefLike ? "ref " : "")
            : type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        Type[] inherited = [.. type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? [])];
        string[] bases =
        [
            .. type.BaseType is { } @base && !type.IsValueType && @base != typeof(object) ? new[] { ApiName.Of(@base) } : [],
            .. inherited.Except(inherited.SelectMany(one => one.GetInterfaces()))
                .Where(one => one.IsPublic && !(isRecord && one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEquatable<>)) && !type.IsEnum)
                .Select(ApiName.Of).Order(StringComparer.Ordinal),
        ];
        return $"{how}{kind} {FullNameOf(type)}" + (bases.Length == 0 ? "" : $" : {string.Join(", ", bases)}");
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type)) return [];
        if (type.IsEnum) return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}");
        bool isRecord = IsRecord(type);
        return type.GetMembers(Declared)
            .Where(member => !(isRecord && (RecordMembers.Contains(member.Name) || IsWrittenByCompiler(member))))
            .Select(member => member switch
            {
                ConstructorInfo constructor when IsVisible(constructor) && !constructor.IsStatic => $"{Access(constructor)}new({Parameters(constructor)})",
                MethodInfo method when IsVisible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) => Method(method),
                PropertyInfo property when property.GetAccessors(true).Any(IsVisible) => Property(property),
                FieldInfo field when field.IsPublic || field.IsFamily =>
                    $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{ApiName.Of(field)} {field.Name}"
                    + (field.IsLiteral ? $" = {field.GetRawConstantValue() ?? "null"}" : ""),
                EventInfo @event when @event.AddMethod is { } add && IsVisible(add) => $"{Access(add)}{How(add)}event {ApiName.Of(@event)} {@event.Name}",
                _ => null,
            })
            .OfType<string>();
    }

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        return $"{Access(method)}{How(method)}{ApiName.Of(method.ReturnParameter)} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Property(PropertyInfo property)
    {
        MethodInfo any = property.GetAccessors(true).First(IsVisible);
        string get = property.GetMethod is { } getter && IsVisible(getter) ? "get; " : "";
        string set = property.SetMethod is { } setter && IsVisible(setter)
            ? setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init; " : "set; " : "";
        ParameterInfo[] index = property.GetIndexParameters();
        string name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(Parameter))}]";
        string required = property.GetCustomAttribute<RequiredMemberAttribute>() is null ? "" : "required ";
        return $"{Access(any)}{How(any)}{required}{ApiName.Of(property)} {name} {{ {get}{set}}}";
    }

    private static string How(MethodInfo method) =>
        method.DeclaringType!.IsInterface ? (method.IsStatic ? "static " : "")
        : method.IsStatic ? "static "
        : method.IsAbstract ? "abstract "
        : method.IsVirtual && method.GetBaseDefinition() != method ? (method.IsFinal ? "sealed override " : "override ")
        : method.IsVirtual && !method.IsFinal ? "virtual " : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string how = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? (parameter.IsIn ? "in " : "ref ") : "";
        string many = parameter.GetCustomAttributes().Any(a => a is ParamArrayAttribute or ParamCollectionAttribute) ? "params " : "";
        string given = parameter.HasDefaultValue
            ? $" = {parameter.DefaultValue switch { null => parameter.ParameterType.IsValueType ? "default" : "null", string s => $"\"{s}\"", bool b => b ? "true" : "false", IFormattable f => f.ToString(null, CultureInfo.InvariantCulture), var other => other.ToString() }}"
            : "";
        return $"{many}{how}{ApiName.Of(parameter)} {parameter.Name}{given}";
    }

    private static string FullNameOf(Type type)
    {
        string name = ApiName.WithoutArity(type.Name) + ApiName.GenericParameters(type);
        return type.DeclaringType is { } outer ? $"{FullNameOf(outer)}.{name}" : name;
    }

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsWrittenByCompiler(MemberInfo member) =>
        member.GetCustomAttribute<CompilerGeneratedAttribute>() is not null && member is MethodInfo { IsSpecialName: false } or MethodInfo { Name: "op_Equality" or "op_Inequality" }
        || member is ConstructorInfo { IsFamily: true } constructor && constructor.GetParameters() is [var only] && only.ParameterType == member.DeclaringType;

    private static bool IsRecord(Type type) => type.IsValueType
        ? type.GetMethod("PrintMembers", Declared) is not null
        : type.GetMethod("<Clone>$", Declared) is not null;
}
