namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Connects a parameter or result of a function with something outside.</summary>
public abstract class BindingAttribute : Attribute;

/// <summary>Connects a parameter with what calls the function.</summary>
public abstract class TriggerBindingAttribute : BindingAttribute;
