namespace Microsoft.Azure.Functions.Worker;

/// <summary>Names a method that the Functions host calls.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class FunctionAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
