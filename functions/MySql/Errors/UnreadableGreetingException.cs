namespace OrchestratorFunctions.MySql.Errors;

/// <summary>What answered did not greet as a MySQL or MariaDB server does.</summary>
internal sealed class UnreadableGreetingException(Exception cause) : Exception("the greeting cannot be read", cause);
