using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Extensions;
using UsageAdmin.Components.Shared;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Exports.History;

/// <summary>What the parameters of an export say to people now. Where user-level data is off, no name and no id of a person.</summary>
public sealed class HistoryWords(Pseudonyms pseudonyms)
{
    private const int LongestName = 80;
    private const int MostNames = 5;

    /// <summary>By field of the parameters, the field of addresses.</summary>
    private static readonly (string Parameter, string Field)[] Filters =
        [("users", "user"), ("apps", "app"), ("sections", "section"), ("workspaces", "workspace")];

    internal sealed record Words(
        string? From, string? To, IReadOnlyList<NarrowedTo> Narrowings, bool IsPseudonymous, string? NewDatesHref);

    internal static string? Cut(string? name) => name is null ? null : Names.Cut(name, LongestName);

    internal Words Of(UsageSession session, GrantedExport found)
    {
        var parameters = Shown(found);
        var (from, to) = (Text(parameters, "from"), Text(parameters, "to"));
        var narrowings = Filters
            .Select(f => (f.Field, Ids: Texts(parameters, f.Parameter)))
            .Where(f => f.Ids.Count > 0)
            .Select(f => new NarrowedTo(
                f.Field, [.. f.Ids.Take(MostNames).Select(id => Cut(NameOf(session, found, f.Field, id) ?? id)!)], f.Ids.Count));
        if (Text(parameters, "flag") is { } flag)
        {
            narrowings = narrowings.Append(new NarrowedTo("flag", [flag], 1));
        }

        return new Words(
            Cut(from), Cut(to), [.. narrowings], Text(parameters, "privacy") == "pseudonymous",
            NewDatesHref(found, parameters, from, to));
    }

    /// <summary>The parameters as they may be shown.</summary>
    internal string Parameters(GrantedExport found) => Shown(found).ToJsonString();

    private JsonObject Shown(GrantedExport found)
    {
        var parameters = JsonNode.Parse(found.Export.Parameters)!.AsObject();
        if (!IsIdentified(found) && parameters["users"] is JsonArray)
        {
            parameters["users"] = new JsonArray(
                [.. Texts(parameters, "users").Select(id => (JsonNode)Pseudonym(found.Organization, id))]);
        }

        return parameters;
    }

    /// <summary>Of the whole organisation: one strict workspace makes all people pseudonyms, as in the audit log.</summary>
    private static bool IsIdentified(GrantedExport found) => found.Organization.UserLevelData
        && (found.Workspace?.UserLevelData ?? found.StrictWorkspaces.Count == 0);

    /// <summary>What was asked for by its pseudonym has it already.</summary>
    private string Pseudonym(Organization organization, string id) =>
        Pseudonyms.IsOne(id) ? id : pseudonyms.Of(organization, id);

    private static string? NameOf(UsageSession session, GrantedExport found, string field, string id)
    {
        var row = field switch
        {
            "user" when !IsIdentified(found) => null,
            "user" => session.Prepare("SELECT coalesce(name, email) FROM usage_user WHERE organization_id = ?1 AND public_id = ?2")
                .Bind(1, found.Organization.Id),
            "app" => session.Prepare("SELECT name FROM app WHERE workspace_id = ?1 AND public_id = ?2").Bind(1, found.Workspace?.Id),
            "section" => session.Prepare("SELECT name FROM section WHERE workspace_id = ?1 AND public_id = ?2")
                .Bind(1, found.Workspace?.Id),
            _ => session.Prepare("SELECT name FROM workspace WHERE organization_id = ?1 AND public_id = ?2")
                .Bind(1, found.Organization.Id),
        };
        return row?.Bind(2, id).Step() == true && row.Text(0) is { } name && Names.IsVisible(name) ? name : null;
    }

    /// <summary>The page of the feature with the same filters, where new dates can be chosen.</summary>
    private static string? NewDatesHref(GrantedExport found, JsonObject parameters, string? from, string? to)
    {
        var query = new QueryBuilder();
        if (from is not null && to is not null)
        {
            query.Add("from", Day(from));
            query.Add("to", Day(to));
        }

        foreach (var (parameter, field) in Filters)
        {
            query.Add(field, Texts(parameters, parameter));
        }

        if (Text(parameters, "flag") is { } flag)
        {
            query.Add("flag", flag);
        }

        return (found.Export.Kind, found.Workspace) switch
        {
            ("activity", { } workspace) => $"/w/{workspace.PublicId}/activity{query}",
            ("org-analytics", _) => $"/o/{found.Organization.PublicId}/analytics{query}",
            ("users" or "assistants" or "workflows" or "projects" or "models", { } workspace) =>
                $"/w/{workspace.PublicId}/usage{WithExport(query, found.Export.Kind)}",
            _ => null,
        };
    }

    private static QueryBuilder WithExport(QueryBuilder query, string kind)
    {
        query.Add("export", kind);
        return query;
    }

    /// <summary>Of an instant, its day.</summary>
    private static string Day(string date) => date.Length > 10 ? date[..10] : date;

    private static string? Text(JsonObject parameters, string name) =>
        parameters[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static List<string> Texts(JsonObject parameters, string name) => parameters[name] is JsonArray values
        ? [.. values.Where(v => v?.GetValueKind() == JsonValueKind.String).Select(v => v!.GetValue<string>())]
        : [];
}
