// What a program can name of an assembly, as text: one line for each type and member, in a fixed order. Judges nothing.
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Floodd.Tests.Client;

internal static class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(ushort)] = "ushort",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    /// <summary>The surface, a type with its members after the other.</summary>
    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Head(type)).Append('\n');
            foreach ((_, string line) in Members(type).Distinct().OrderBy(m => m.Name, StringComparer.Ordinal).ThenBy(m => m.Line, StringComparer.Ordinal))
            {
                text.Append("    ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Head(Type type)
    {
        string kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsSealed: true } => "sealed class",
            { IsAbstract: true } => "abstract class",
            _ => "class",
        };
        IEnumerable<string> bases = new[] { type.BaseType }.Where(b => b is not null && b != typeof(object) && b != typeof(ValueType) && b != typeof(Enum))
            .Concat(type.IsEnum ? [] : type.GetInterfaces().Where(i => i.IsVisible)).Select(b => Name(b!)).Order(StringComparer.Ordinal);
        string all = string.Join(", ", bases);
        return $"{kind} {type.Namespace}.{Name(type)}{(all.Length > 0 ? " : " + all : "")}";
    }

    private static IEnumerable<(string Name, string Line)> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetEnumNames().Select(name => (name, $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}"));
        }

        return type.GetConstructors(Declared).Where(IsSeen).Select(c => (c.Name, $"{Shown(c)}new({Parameters(c)})"))
            .Concat(type.GetFields(Declared).Where(f => f.IsPublic).Select(f => (f.Name, Field(f))))
            .Concat(type.GetEvents(Declared).Where(e => IsSeen(e.AddMethod!)).Select(e => (e.Name, $"event {Name(e.EventHandlerType!)} {e.Name}")))
            .Concat(type.GetProperties(Declared).Where(p => p.GetMethod is { } get && IsSeen(get) && p.Name != "EqualityContract").Select(p => (p.Name, Property(p))))
            .Concat(type.GetMethods(Declared).Where(m => IsSeen(m) && !m.IsSpecialName && !IsMade(m) && !IsOverride(m)).Select(m => (m.Name, Method(m))));
    }

    private static string Property(PropertyInfo property)
    {
        string name = property.GetIndexParameters() is { Length: > 0 } index ? $"this[{string.Join(", ", index.Select(Parameter))}]" : property.Name;
        string set = property.SetMethod is not { } method || !IsSeen(method) ? ""
            : method.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;";
        string type = Name(property.PropertyType, new NullabilityInfoContext().Create(property));
        return $"{Shown(property.GetMethod!)}{type} {name} {{ get;{set} }}";
    }

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";
        string type = Name(method.ReturnType, new NullabilityInfoContext().Create(method.ReturnParameter));
        return $"{Shown(method)}{type} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Field(FieldInfo field) => field.IsLiteral
        ? $"const {Name(field.FieldType)} {field.Name} = {Value(field.GetRawConstantValue())}"
        : $"static {Name(field.FieldType)} {field.Name}";

    private static string Shown(MethodBase method) =>
        (method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "") + (method.IsStatic ? "static " : "") + (method is { IsAbstract: true, DeclaringType.IsInterface: false } ? "abstract " : "");

    private static string Parameters(MethodBase method) =>
        (method.IsDefined(typeof(ExtensionAttribute), false) ? "this " : "") + string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string way = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : parameter.IsDefined(typeof(ParamArrayAttribute), false) ? "params " : "";
        Type type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        string standing = parameter.HasDefaultValue ? $" = {(parameter.DefaultValue is null && type.IsValueType ? "default" : Value(parameter.DefaultValue))}" : "";
        return $"{way}{Name(type, new NullabilityInfoContext().Create(parameter))} {parameter.Name}{standing}";
    }

    private static string Value(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Name(Type type, NullabilityInfo? nullability = null)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying) + "?";
        }

        string mark = nullability?.ReadState == NullabilityState.Nullable && !type.IsValueType ? "?" : "";
        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!, nullability?.ElementType)}[]{mark}";
        }

        if (!type.IsGenericType)
        {
            return Keywords.GetValueOrDefault(type, type.Name) + mark;
        }

        Type[] arguments = type.GetGenericArguments();
        IEnumerable<string> names = arguments.Select((argument, i) => Name(argument, nullability?.GenericTypeArguments.ElementAtOrDefault(i)));
        return $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", names)}>{mark}";
    }

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // What the compiler adds to records is the same for all of them.
    private static bool IsMade(MethodInfo method) => method.IsDefined(typeof(CompilerGeneratedAttribute), false) || method.Name == "Deconstruct";

    private static bool IsOverride(MethodInfo method) => method.GetBaseDefinition() != method && method.Name is not "ToString";
}
