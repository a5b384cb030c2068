namespace OrchestratorFunctions.Fleet;

/// <summary>How one server is killed, hung and started again, whether it is a process or a container.</summary>
internal interface IServerControl
{
    bool IsRunning { get; }

    void Kill();

    void Stop();

    void Continue();

    Task RestartAsync();

    /// <summary>The configuration file that it reads when it starts; not there for a container.</summary>
    string ConfigurationFile => throw new NotSupportedException("a container's configuration is not changed from here");
}
