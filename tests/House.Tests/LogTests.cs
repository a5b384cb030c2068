using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrchestratorFunctions.House.Tests;

public class LogTests
{
    [Fact]
    public void Every_message_of_a_log_has_a_number_of_its_own() =>
        Tree.Under(".cs", "functions/").SelectMany(Repeated)
            .MustBeNone("people filter logs by the number of a message: no two messages of a room have the same");

    private static IEnumerable<string> Repeated(TreeFile file) => Code.Nodes<AttributeSyntax>(file)
        .Where(a => a.Name.ToString() == "LoggerMessage" && a.ArgumentList?.Arguments.Count > 0)
        .GroupBy(a => a.ArgumentList!.Arguments[0].ToString())
        .SelectMany(sameNumber => sameNumber.Skip(1))
        .Select(a => $"{file.At(a)} {a.ArgumentList!.Arguments[0]}");
}
