using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports.Tables;
using UsageAdmin.Tests.Support;
using UsageAdmin.Usage;

namespace UsageAdmin.Tests.Usage;

/// <summary>The exact bytes of the five files. Others rely on them: a change here breaks somebody's night job.</summary>
public sealed class GoldenUsageTests
{
    private static readonly DateTime Now = new(2026, 4, 2, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Users_have_the_24_columns_of_the_contract() => Assert.Equal(
        """"
        period_start,period_end,org_id,user_id,name,email,role,joined_at,messages_total,messages_total_rank,messages_chat,messages_chat_rank,messages_assistants,messages_assistants_rank,assistants_messaged,assistants_to_messages,messages_projects,messages_projects_rank,projects_messaged,projects_to_messages,model_to_messages_total,action_messages,action_messaged,action_to_messages
        2026-03-01,2026-03-31,acme-main,ann,"Ann, ""A""",ann@example.com,admin,2026-01-10,3,1,0,2,2,1,1,"{""tutor"":2}",1,1,1,"{""alpha"":1}","{""gpt-4o"":2,""house-llm"":1}",2,1,"{""web_search"":2}"
        2026-03-01,2026-03-31,acme-main,bob,'=Bob,bob@example.com,editor,2026-02-11,3,1,2,1,1,2,1,"{""tutor"":1}",0,2,0,{},"{""gpt-4o"":3}",2,1,"{""web_search"":2}"
        2026-03-01,2026-03-31,acme-main,cyd,Cyd,cyd@example.com,member,2026-03-12,0,3,0,2,0,3,0,{},0,2,0,{},{},0,0,{}

        """", await CsvAsync(UsageDataType.Users, tokens: false));

    [Fact]
    public async Task Assistants() => Assert.Equal(
        """"
        period_start,period_end,org_id,assistant_id,assistant_name,messages,unique_users,active_users,conversations,messages_per_user,assistant_description,assistant_url,assistant_owner_id,assistant_owner_email,sum_prompt_tokens,avg_prompt_tokens,min_prompt_tokens,max_prompt_tokens,sum_completion_tokens,avg_completion_tokens,min_completion_tokens,max_completion_tokens,sum_cached_prompt_tokens,total_cost_usd,response_time_ms_avg,error_rate,positive_feedback,negative_feedback
        2026-03-01,2026-03-31,acme-main,tutor,Tutor,3,2,2,2,1.50,Helps,https://ai.example.com/tutor,ann,ann@example.com,350,116.67,100,150,60,20.00,20,20,30,0.001475,4000,0.0000,1,1
        2026-03-01,2026-03-31,acme-main,idle,Idle,0,0,0,0,,,,bob,bob@example.com,0,,,,0,,,,0,0.000000,,,0,0

        """", await CsvAsync(UsageDataType.Assistants, isExtended: true));

    [Fact]
    public async Task Workflows() => Assert.Equal(
        """"
        period_start,period_end,org_id,workflow_id,workflow_name,workflow_owner_id,workflow_owner_email,executions,executions_succeeded,executions_failed,executions_cancelled,success_rate,error_rate,error_type_to_executions,duration_ms_avg,duration_ms_p50,duration_ms_p95,duration_ms_max,trigger_to_executions,unique_users,last_executed_at,sum_prompt_tokens,sum_completion_tokens,total_cost_usd
        2026-03-01,2026-03-31,acme-main,mail,Mail,ann,ann@example.com,3,1,1,1,0.5000,0.5000,"{""timeout"":1}",2000,1000,3000,3000,"{""manual"":2,""schedule"":1}",1,2026-03-09,120,15,0.000021

        """", await CsvAsync(UsageDataType.Workflows));

    [Fact]
    public async Task Projects() => Assert.Equal(
        """"
        period_start,period_end,org_id,project_id,project_name,project_owner_id,project_owner_email,messages,sum_prompt_tokens,sum_completion_tokens,total_cost_usd,unique_users,conversations,last_activity_at
        2026-03-01,2026-03-31,acme-main,alpha,Alpha,bob,bob@example.com,1,100,20,,1,1,2026-03-04

        """", await CsvAsync(UsageDataType.Projects, isExtended: true));

    [Fact]
    public async Task Models() => Assert.Equal(
        """"
        period_start,period_end,org_id,name,provider,bring_your_keys,requests,sum_prompt_tokens,sum_completion_tokens,sum_cached_prompt_tokens,sum_cache_creation_tokens,no_cache_tokens,total_cost_usd
        2026-03-01,2026-03-31,acme-main,gpt-4o,openai,true,5,600,100,50,0,550,0.002500
        2026-03-01,2026-03-31,acme-main,house-llm,local,false,1,100,20,10,0,90,

        """", await CsvAsync(UsageDataType.Models));

    [Fact]
    public async Task Without_user_level_data_and_ranks_the_columns_that_name_people_are_absent()
    {
        await using var database = await TestDatabase.CreateAsync("UTC");
        await SmallUsage.FillAsync(database);
        await ChangeAsync(database, o => (o.UserLevelData, o.RanksEnabled, o.OwnModelKeysEnabled) = (false, false, false));
        var asked = new UsageAsked(database, Now, smallestGroup: 2);

        var lines = asked.Csv(March(UsageDataType.Users)).Split("\r\n");

        Assert.Equal(
            "period_start,period_end,org_id,user_id,role,joined_at,messages_total,messages_total_rank,messages_chat,messages_chat_rank," +
            "messages_assistants,messages_assistants_rank,assistants_messaged,assistants_to_messages,messages_projects," +
            "messages_projects_rank,projects_messaged,projects_to_messages,model_to_messages_total,action_messages,action_messaged," +
            "action_to_messages", lines[0]);
        Assert.All(lines[1..4], line => Assert.Matches(
            "^2026-03-01,2026-03-31,acme-main,u_[0-9a-f]{16},,2026-0[123]-01,[0-9]+,,[0-9]+,,[0-9]+,,", line));
        Assert.DoesNotContain("alpha", string.Concat(lines), StringComparison.Ordinal);
        Assert.Contains("\"{\"\"other\"\":1}\"", string.Concat(lines), StringComparison.Ordinal);
        Assert.All(UsageDataTypes.All, type => Assert.DoesNotMatch(
            "@example|ann|bob|cyd|Helps|ai.example", asked.Csv(March(type) with { IsExtended = true })));
    }

    [Fact]
    public async Task A_workbook_unfolds_the_maps_with_names()
    {
        await using var database = await TestDatabase.CreateAsync("UTC");
        await SmallUsage.FillAsync(database);

        var sheets = Sheets(new UsageAsked(database, Now).Bytes(March(UsageDataType.Users), "xlsx"));

        Assert.Equal(["users", "users-assistants", "users-projects", "users-models", "users-actions"], sheets.Keys);
        Assert.Equal(
            ["user_id|name|email|assistant_id|assistant_name|messages", "ann|Ann, \"A\"|ann@example.com|tutor|Tutor|2", "bob|=Bob|bob@example.com|tutor|Tutor|1"],
            sheets["users-assistants"]);
        Assert.Equal(
            ["user_id|name|email|action_name|messages", "ann|Ann, \"A\"|ann@example.com|web_search|2", "bob|=Bob|bob@example.com|web_search|2"],
            sheets["users-actions"]);
        Assert.Equal(4, sheets["users"].Count);
    }

    [Fact]
    public void A_workbook_that_would_be_too_long_is_refused_before_the_work()
    {
        var rows = new UnfoldedRows<int>([.. Enumerable.Range(0, 1_100)], _ => new UsageCount[1_000]);
        var table = new Table<(int Row, UsageCount Entry)>(
            "long", [new("n", ColumnKind.Integer, row => UsageAdmin.Exports.Tables.Cell.Integer(row.Row))], rows);
        using var file = new MemoryStream();

        Assert.Throws<TooManyRowsException>(() => XlsxFile.Write(file, [table], new DateOnly(2026, 3, 31), TestContext.Current.CancellationToken));

        Assert.Equal(0, file.Length);
    }

    private static UsageRequest March(UsageDataType type) =>
        new(type, UsageAsked.Days(new(2026, 3, 1), new(2026, 3, 31), "UTC"));

    private static async Task<string> CsvAsync(UsageDataType type, bool tokens = true, bool isExtended = false)
    {
        await using var database = await TestDatabase.CreateAsync("UTC");
        await SmallUsage.FillAsync(database);
        if (!tokens)
        {
            await ChangeAsync(database, o => o.OwnModelKeysEnabled = false);
        }

        var csv = new UsageAsked(database, Now).Csv(March(type) with { IsExtended = isExtended });
        Assert.Equal(csv.Count(c => c == '\n'), csv.Split("\r\n").Length - 1);
        return csv.ReplaceLineEndings("\n");
    }

    private static async Task ChangeAsync(TestDatabase database, Action<Organization> change)
    {
        await using var db = database.Context();
        change(db.Organizations.Single(o => o.Id == database.Organization.Id));
        await db.SaveChangesAsync();
    }

    private static Dictionary<string, List<string>> Sheets(byte[] workbook)
    {
        using var book = SpreadsheetDocument.Open(new MemoryStream(workbook), isEditable: false);
        return book.WorkbookPart!.Workbook.Descendants<Sheet>().ToDictionary(
            sheet => sheet.Name!.Value!,
            sheet => ((WorksheetPart)book.WorkbookPart.GetPartById(sheet.Id!)).Worksheet.Descendants<Row>()
                .Select(row => string.Join('|', row.Elements<DocumentFormat.OpenXml.Spreadsheet.Cell>()
                    .Select(cell => cell.CellValue?.Text ?? cell.InnerText))).ToList());
    }
}
