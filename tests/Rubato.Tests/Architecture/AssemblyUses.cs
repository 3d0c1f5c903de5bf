using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Rubato.Tests.Architecture;

/// <summary>Finds every type and member that an assembly's code uses, by reading its metadata and IL.</summary>
/// <remarks>
/// What is compiled cannot hide: aliases, fully qualified names, <c>var</c>, lambdas, iterators and async state machines all count, and
/// count as their outermost type. Constants and <c>nameof</c> are gone after compilation and are not uses.
/// </remarks>
internal sealed class AssemblyUses : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;
    private readonly NamesInSignature _names;
    private readonly HashSet<TypeUse> _uses = [];
    private string _user = "", _userNamespace = "";

    private AssemblyUses(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _metadata = _file.GetMetadataReader();
        _names = new NamesInSignature(_metadata);
    }

    /// <summary>All uses in the assembly at that path, without repetition.</summary>
    public static IReadOnlyCollection<TypeUse> In(string path)
    {
        using var reader = new AssemblyUses(path);
        foreach (TypeDefinitionHandle handle in reader._metadata.TypeDefinitions) reader.VisitType(handle);
        return reader._uses;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void VisitType(TypeDefinitionHandle handle)
    {
        (_userNamespace, string name) = _names.Outermost(handle);
        // Compiler-made types (inline arrays, collection expressions) have no namespace and no author.
        if (_userNamespace.Length == 0) return;
        _user = $"{_userNamespace}.{name}";

        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        UseEntity(type.BaseType);
        foreach (InterfaceImplementationHandle implemented in type.GetInterfaceImplementations())
            UseEntity(_metadata.GetInterfaceImplementation(implemented).Interface);
        foreach (FieldDefinitionHandle field in type.GetFields()) Use(_metadata.GetFieldDefinition(field).DecodeSignature(_names, null));
        UseConstraints(type.GetGenericParameters());
        UseAttributes(type.GetCustomAttributes());
        foreach (MethodDefinitionHandle method in type.GetMethods()) VisitMethod(_metadata.GetMethodDefinition(method));
    }

    private void VisitMethod(MethodDefinition method)
    {
        Use(method.DecodeSignature(_names, null));
        UseConstraints(method.GetGenericParameters());
        UseAttributes(method.GetCustomAttributes());
        if (method.RelativeVirtualAddress == 0) return;
        MethodBodyBlock body = _file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
            foreach (ImmutableArray<TypeName> local in _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_names, null)) Use(local);
        foreach (ExceptionRegion region in body.ExceptionRegions) UseEntity(region.CatchType);
        foreach (EntityHandle operand in IlOperands.In(body.GetILReader())) UseEntity(operand);
    }

    private void UseConstraints(GenericParameterHandleCollection parameters)
    {
        foreach (GenericParameterHandle parameter in parameters)
            foreach (GenericParameterConstraintHandle constraint in _metadata.GetGenericParameter(parameter).GetConstraints())
                UseEntity(_metadata.GetGenericParameterConstraint(constraint).Type);
    }

    private void UseAttributes(CustomAttributeHandleCollection attributes)
    {
        foreach (CustomAttributeHandle attribute in attributes) UseEntity(_metadata.GetCustomAttribute(attribute).Constructor);
    }

    private void UseEntity(EntityHandle entity)
    {
        if (entity.IsNil) return;
        switch (entity.Kind)
        {
            case HandleKind.TypeDefinition:
            case HandleKind.TypeReference:
            case HandleKind.TypeSpecification:
                Use(_names.Of(entity));
                break;
            case HandleKind.MethodDefinition:
                MethodDefinition method = _metadata.GetMethodDefinition((MethodDefinitionHandle)entity);
                UseMember(_names.Of(method.GetDeclaringType()), _metadata.GetString(method.Name));
                break;
            case HandleKind.FieldDefinition:
                FieldDefinition field = _metadata.GetFieldDefinition((FieldDefinitionHandle)entity);
                UseMember(_names.Of(field.GetDeclaringType()), _metadata.GetString(field.Name));
                break;
            case HandleKind.MemberReference:
                MemberReference member = _metadata.GetMemberReference((MemberReferenceHandle)entity);
                UseMember(_names.Of(member.Parent), _metadata.GetString(member.Name));
                // What a called method returns is used, even where the result is only passed on.
                if (member.GetKind() == MemberReferenceKind.Method) Use(member.DecodeMethodSignature(_names, null));
                else Use(member.DecodeFieldSignature(_names, null));
                break;
            case HandleKind.MethodSpecification:
                MethodSpecification generic = _metadata.GetMethodSpecification((MethodSpecificationHandle)entity);
                UseEntity(generic.Method);
                foreach (ImmutableArray<TypeName> argument in generic.DecodeSignature(_names, null)) Use(argument);
                break;
        }
    }

    private void Use(MethodSignature<ImmutableArray<TypeName>> signature)
    {
        Use(signature.ReturnType);
        foreach (ImmutableArray<TypeName> parameter in signature.ParameterTypes) Use(parameter);
    }

    private void Use(ImmutableArray<TypeName> names)
    {
        foreach (TypeName name in names) _uses.Add(new TypeUse(_user, _userNamespace, name.Namespace, name.Name, null));
    }

    private void UseMember(ImmutableArray<TypeName> owner, string member)
    {
        Use(owner);
        if (owner.Length > 0) _uses.Add(new TypeUse(_user, _userNamespace, owner[0].Namespace, owner[0].Name, member));
    }
}
