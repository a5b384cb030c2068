using System.Text;
using OrchestratorFunctions.Core.Examining;

namespace OrchestratorFunctions.Core.Explaining;

/// <summary>Says what an examination found, and what removes it.</summary>
public static class ExaminationText
{
    /// <summary>The findings of one cluster, or of this installation, and what was not checked.</summary>
    /// <param name="title">What was examined.</param>
    public static string Describe(string title, Examination examination)
    {
        ArgumentNullException.ThrowIfNull(examination);
        var text = new StringBuilder(title).Append('\n');
        foreach (var finding in examination.Findings) Describe(text, finding);
        if (examination.Findings.IsEmpty) text.Append("  nothing found\n");
        if (!examination.NotChecked.IsEmpty) text.Append("  Not checked:\n");
        foreach (var sentence in examination.NotChecked) text.Append("  - ").Append(sentence).Append('\n');
        return text.ToString();
    }

    /// <summary>How many there are of each severity.</summary>
    public static string Count(IReadOnlyCollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        int Of(FindingSeverity severity) => findings.Count(f => f.Severity == severity);
        return $"{Number(findings.Count, "finding")}: {Of(FindingSeverity.Severe)} severe, "
            + $"{Number(Of(FindingSeverity.Warning), "warning")}, {Number(Of(FindingSeverity.Hint), "hint")}";
    }

    private static string Number(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static void Describe(StringBuilder text, Finding finding)
    {
        text.Append($"  {finding.Severity.ToString().ToLowerInvariant()}  {finding.Subject}  {finding.Code}\n");
        text.Append("    ").Append(finding.Says).Append('\n');
        foreach (var fix in finding.Fixes) text.Append("    Fix: ").Append(fix.Says).Append('\n');
    }
}
