using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrchestratorFunctions.House.Tests;

/// <summary>One word means one thing: docs/glossary.md says which, and names keep to it.</summary>
public partial class GlossaryTests
{
    private const string Glossary = "docs/glossary.md";

    [Fact]
    public void Every_term_stands_there_once() =>
        Rows("| term | means |").SelectMany(r => r[0].Split(',', StringSplitOptions.TrimEntries)).CountBy(t => t).Where(t => t.Value > 1)
            .Select(t => $"{Glossary}: '{t.Key}' stands there {t.Value} times").MustBeNone("a term is explained once");

    [Fact]
    public void Names_do_not_use_words_that_were_given_up()
    {
        var given = Rows("| not | but |").SelectMany(r => r[0].Split(',', StringSplitOptions.TrimEntries).Select(w => (Word: w, Instead: r[1]))).ToArray();
        Assert.NotEmpty(given);
        Named.SelectMany(n => given.Where(g => n.Words.Contains(g.Word)).Select(g => $"{n.At} {n.Name}: say {g.Instead}"))
            .MustBeNone($"a name uses the words of {Glossary}");
    }

    [Fact]
    public void A_word_with_one_meaning_stands_only_where_that_is()
    {
        var rows = Rows("| word | only in |").SelectMany(r => r[0].Split(',', StringSplitOptions.TrimEntries)
            .Select(w => (Word: w, Folders: r[1].Split(',', StringSplitOptions.TrimEntries)))).ToArray();
        var found = Named.SelectMany(n => rows.Where(r => n.Words.Contains(r.Word)).Select(r => (n.At, n.Name, n.Path, Row: r))).ToArray();
        found.Where(f => !f.Row.Folders.Any(folder => IsIn(f.Path, folder))).Select(f => $"{f.At} {f.Name}: '{f.Row.Word}' belongs to {string.Join(", ", f.Row.Folders)}")
            .Concat(rows.SelectMany(r => r.Folders.Where(folder => !found.Any(f => f.Row.Word == r.Word && IsIn(f.Path, folder)))
                .Where(folder => !rows.Any(other => other.Word != r.Word && other.Folders.SequenceEqual(r.Folders) && found.Any(f => f.Row.Word == other.Word && IsIn(f.Path, folder))))
                .Select(folder => $"{Glossary}: no name in {folder} has '{r.Word}'")))
            .MustBeNone($"one word means one thing; where it may stand says {Glossary}");
    }

    private static bool IsIn(string path, string folder) => path == $"functions/{folder}" || path.StartsWith($"functions/{folder}/", StringComparison.Ordinal);

    private static IEnumerable<string[]> Rows(string head)
    {
        var lines = Tree.Files.Single(f => f.Path == Glossary).Lines;
        return lines.SkipWhile(l => !l.StartsWith(head, StringComparison.Ordinal)).Skip(2).TakeWhile(l => l.StartsWith('|'))
            .Select(l => l.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries));
    }

    private sealed record Declared(string Path, string At, string Name)
    {
        public IReadOnlySet<string> Words { get; } = Word().Matches(Name).Select(m => m.Value.ToLowerInvariant()).ToHashSet();
    }

    // Types of any kind, and what is public of them.
    private static IEnumerable<Declared> Named => Tree.Under(".cs", "functions/").SelectMany(f => f.Syntax.DescendantNodes().OfType<MemberDeclarationSyntax>()
        .Select(m => (m, Name: NameOf(m))).Where(m => m.Name.Length > 0).Select(m => new Declared(f.Path, f.At(m.m), m.Name)));

    private static string NameOf(MemberDeclarationSyntax member) => member switch
    {
        BaseTypeDeclarationSyntax t => t.Identifier.Text,
        DelegateDeclarationSyntax d => d.Identifier.Text,
        EnumMemberDeclarationSyntax e => e.Identifier.Text,
        _ when !member.Modifiers.Any(m => m.IsKind(SyntaxKind.PublicKeyword)) && member.Parent is not InterfaceDeclarationSyntax => "",
        MethodDeclarationSyntax m => m.Identifier.Text,
        PropertyDeclarationSyntax p => p.Identifier.Text,
        BaseFieldDeclarationSyntax f => string.Join('.', f.Declaration.Variables.Select(v => v.Identifier.Text)),
        _ => "",
    };

    [GeneratedRegex("[A-Z][a-z]+")]
    private static partial Regex Word();
}
