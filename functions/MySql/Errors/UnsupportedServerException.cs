namespace OrchestratorFunctions.MySql.Errors;

/// <summary>
/// A server answers and cannot be asked like any that is supported. The message says what was read and what is
/// supported.
/// </summary>
internal sealed class UnsupportedServerException(string read, Exception because)
    : Exception($"{read}; supported are MySQL and Percona Server from 5.7 to 9.x and MariaDB from 10.x to 11.x, "
        + "whose version has to say MariaDB", because)
{
    /// <summary>Its version is no version.</summary>
    public static UnsupportedServerException Unreadable(string version, string comment, FormatException because) => new(
        $"its version is '{version}' (version_comment '{comment}'), which does not begin with three numbers", because);

    /// <summary>It does not know what a server of its version knows.</summary>
    public static UnsupportedServerException Pretending(string version, string error, Exception because) => new(
        $"it says that its version is '{version}', and does not know what such a server knows ({error})", because);
}
