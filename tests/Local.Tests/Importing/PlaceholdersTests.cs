using System.Text.Json;
using OrchestratorFunctions.Local.Importing;

namespace OrchestratorFunctions.Local.Tests.Importing;

public sealed class PlaceholdersTests
{
    [Theory]
    [InlineData("${DB_PASSWORD}", "DB_PASSWORD")]
    [InlineData(" ${ DB } ", "DB")]
    [InlineData("x${DB}", null)]
    [InlineData("$DB", null)]
    [InlineData("${}", null)]
    [InlineData("${a b}", null)]
    public void A_text_may_stand_for_a_variable(string text, string? variable) =>
        Assert.Equal(variable, Placeholders.VariableOf(text));

    [Theory]
    [InlineData("\"http://${HOST}:3000\"", "${HOST}")]
    [InlineData("\"${HOST:-db1}\"", "${HOST:-db1}")]
    [InlineData("\"{{ .Values.user }}\"", "{{ .Values.user }}")]
    [InlineData("\"<%= @user %>\"", "<%= @user %>")]
    [InlineData("[\"db1\", \"{{ seed }}\"]", "{{ seed }}")]
    [InlineData("\"^db[0-9]{2}$\"", null)]
    [InlineData("[1, true, null, {}]", null)]
    [InlineData("7", null)]
    public void Placeholders_are_found_in_texts_and_lists(string json, string? placeholder) =>
        Assert.Equal(placeholder, Placeholders.FirstIn(JsonDocument.Parse(json).RootElement));
}
