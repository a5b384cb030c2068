namespace OrchestratorFunctions.Fleet;

/// <summary>How one server is killed, hung and started again, whether it is a process or a container.</summary>
internal interface IServerControl
{
    bool IsRunning { get; }

    void Kill();

    void Stop();

    void Continue();

    Task RestartAsync();
}
