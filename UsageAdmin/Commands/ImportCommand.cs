using System.CommandLine;
using UsageAdmin.Ingest;
using UsageAdmin.Organizations;

namespace UsageAdmin.Commands;

/// <summary><c>import</c>: a file's usage data into a workspace.</summary>
internal static class ImportCommand
{
    /// <summary>Lines of each list that are printed; the import's page has all of them.</summary>
    private const int Printed = 20;

    public static Command Create(CommandHost host)
    {
        var path = new Argument<string>("PATH") { Description = "The file." };
        var format = new Option<string>("--format") { Description = "ndjson, activity, chatgpt, openwebui, librechat, claude or litellm.", Required = true };
        var workspace = new Option<string>("--workspace") { Description = "The workspace's id.", Required = true };
        var source = new Option<string?>("--source")
        {
            Description = "The instance the data comes from; by default the one that the file names, else the format.",
        };
        var user = new Option<string?>("--user")
        {
            Description = "E-mail address of whom conversations belong to that name nobody.",
        };
        var group = new Option<string?>("--group")
        {
            Description = "Take in the members of this group alone, by its name or id (openwebui).",
        };
        var content = new Option<ImportedContent>("--content")
        {
            Description = "Take in texts, only titles and names of files (metadata), or neither; full if not stated.",
        };
        var people = new Option<ImportedPeople>("--people")
        {
            Description = "Take people in by name, or under ids that tell nothing; named if not stated.",
        };
        var strict = new Option<bool>("--strict") { Description = "Exit with 1 where a record was refused." };
        var preview = new Option<bool>("--preview") { Description = "Only say what the import would do; nothing is written." };
        var resume = new Option<long?>("--resume")
        {
            Description = "Go on with the import of this number, which stopped before its end, with the options that it had.",
        };
        var command = new Command("import", "Import usage data.")
        {
            path, format, workspace, source, user, group, content, people, strict, preview, resume,
        };
        command.SetAction(host.Action(async (parsed, services, cancellationToken) =>
        {
            var request = new ImportRequest(
                Path.GetFullPath(parsed.GetRequiredValue(path)), parsed.GetRequiredValue(format),
                parsed.GetRequiredValue(workspace))
            {
                SourceName = parsed.GetValue(source),
                DefaultUserEmail = parsed.GetValue(user),
                Group = parsed.GetValue(group),
                Content = parsed.GetValue(content),
                People = parsed.GetValue(people),
            };
            var imports = services.GetRequiredService<ImportService>();
            var output = parsed.InvocationConfiguration.Output;
            ImportReport report;
            if (parsed.GetValue(preview))
            {
                report = await imports.PreviewAsync(request, progress: null, cancellationToken);
                await output.WriteLineAsync($"Source {report.SourceName}. Nothing was written; the import would do this:");
            }
            else
            {
                var stopped = parsed.GetValue(resume);
                request = stopped is null ? request : Find(imports, stopped.Value, request);
                report = stopped is null
                    ? await imports.RunAsync(request, cancellationToken)
                    : await imports.ResumeAsync(stopped.Value, request.Path, progress: null, cancellationToken);
                services.GetRequiredService<ImportAudit>().Record(request, report, Actor.Command);
                await output.WriteLineAsync($"Source {report.SourceName}, import {report.ImportId}.");
            }

            await PrintAsync(report, output);
            return report.Failure is not null || (parsed.GetValue(strict) && report.Refused > 0)
                ? ExitCode.Failed
                : ExitCode.Done;
        }));
        return command;
    }

    private static ImportRequest Find(ImportService imports, long importId, ImportRequest asked)
    {
        var stopped = imports.FindRequest(importId, asked.Path);
        return stopped.WorkspacePublicId == asked.WorkspacePublicId && stopped.Format == asked.Format
            ? stopped
            : throw new ImportTargetException(
                $"Import {importId} is not one of format {asked.Format} into {asked.WorkspacePublicId}.");
    }

    private static async Task PrintAsync(ImportReport report, TextWriter output)
    {
        foreach (var (kind, counts) in report.Counts.Where(c => report.CountOf(c.Key) > 0))
        {
            await output.WriteLineAsync(FormattableString.Invariant(
                $"  {kind}: {counts.Created} new, {counts.Changed} changed, {counts.Unchanged} unchanged"));
        }

        if (report.Gone > 0)
        {
            await output.WriteLineAsync($"{report.Gone} conversations are gone at the source; they are kept and still count.");
        }

        await PrintAsync(output, $"{report.Refused} records refused", report.Refused,
            report.Problems.Where(p => p.Refused).Select(ProblemLine), ImportReport.Listed);
        await PrintAsync(output, $"{report.Warnings} warnings", report.Warnings,
            report.Problems.Where(p => !p.Refused).Select(ProblemLine));
        await PrintAsync(output, $"{report.StubCount} made because others name them", report.StubCount, report.Stubs);
        await PrintAsync(output, $"{report.Waiting} records wait for a conversation or message", report.Waiting,
            report.WaitingRecords);
        if (report.MonthsMoved.Count > 0)
        {
            await output.WriteLineAsync($"Months whose figures moved: {string.Join(", ", report.MonthsMoved)}.");
        }

        if (report.DataUntilUtc is { } until)
        {
            await output.WriteLineAsync(FormattableString.Invariant($"Data up to {until:yyyy-MM-dd'T'HH:mm:ss'Z'}."));
        }

        if (report.Failure is { } failure)
        {
            await output.WriteLineAsync($"Not read to its end: {failure}");
        }
    }

    private static string ProblemLine(Data.Schema.ImportProblem problem) =>
        FormattableString.Invariant($"line {problem.Line}: {problem.Code}: {problem.Text}");

    private static async Task PrintAsync(
        TextWriter output, string title, long count, IEnumerable<string> lines, int printed = Printed)
    {
        if (count == 0)
        {
            return;
        }

        await output.WriteLineAsync(FormattableString.Invariant($"{title}:"));
        var shown = 0;
        foreach (var line in lines.Take(printed))
        {
            shown++;

            // What a file holds must not steer the terminal.
            await output.WriteLineAsync($"  {string.Concat(line.Select(c => char.IsControl(c) ? '\uFFFD' : c))}");
        }

        if (count > shown)
        {
            await output.WriteLineAsync(FormattableString.Invariant($"  and {count - shown} more"));
        }
    }
}
