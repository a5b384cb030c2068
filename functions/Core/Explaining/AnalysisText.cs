using System.Text;
using OrchestratorFunctions.Core.Analyzing;

namespace OrchestratorFunctions.Core.Explaining;

/// <summary>Says what is wrong and how it is known.</summary>
public static class AnalysisText
{
    public static string Describe(IEnumerable<Analysis> analyses)
    {
        var text = new StringBuilder();
        foreach (var a in analyses)
        {
            text.Append(a.Key).Append("  ").Append(a.Code).Append(a.IsActionable ? "  (recoverable)" : "").Append('\n');
            text.Append("  ").Append(a.Sentence).Append('\n');
            foreach (var because in a.Because) text.Append("  - ").Append(because).Append('\n');
            if (a.Advice.Length > 0) text.Append("  What helps: ").Append(a.Advice).Append('\n');
        }
        return text.Length == 0 ? "No problem\n" : text.ToString();
    }
}
