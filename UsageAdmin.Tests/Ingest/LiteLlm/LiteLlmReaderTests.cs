using System.Text;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.LiteLlm;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest.LiteLlm;

public sealed class LiteLlmReaderTests : IngestTest
{
    private const string Columns =
        "request_id,call_type,api_key,spend,total_tokens,prompt_tokens,completion_tokens,startTime,endTime,model,model_group,user,metadata,end_user," +
        "requester_ip_address,messages,response,proxy_server_request,status,mcp_namespaced_tool_name\n";

    private const string Csv = Columns +
        """
        r1,acompletion,canary,0.0123456,120,100,20,2026-01-05 10:00:00.123,x,openai/gpt-4o,gpt-4o,svc,"{""user_api_key_alias"":""helpdesk"",""user_api_key_project_id"":""p1"",""usage_object"":{""prompt_tokens_details"":{""cached_tokens"":60},""completion_tokens_details"":{""reasoning_tokens"":5},""cache_creation_input_tokens"":7},""guardrail_information"":[{""secret_fields"":""canary""}]}",ann,canary,"{""canary"": 1}",{},{},success,
        r2,aembedding,canary,1e-7,8,8,0,2026-01-05 10:01:00+00,x,embed,,ann,{},,,{},{},{},failure,
        r3,call_mcp_tool,canary,0,0,0,0,2026-01-05 10:02:00,x,MCP: jira,,ann,{},,,{},{},{},success,jira-search

        """;

    private const string Json = """
        {"request_id":"r1","call_type":"acompletion","api_key":"canary","spend":0.0123456,"prompt_tokens":100,"completion_tokens":20,"startTime":"2026-01-05T10:00:00.123000Z",
         "model":"openai/gpt-4o","model_group":"gpt-4o","user":"svc","end_user":"ann","messages":{"canary":1},"response":"canary",
         "metadata":{"user_api_key_alias":"helpdesk","user_api_key_project_id":"p1","usage_object":{"prompt_tokens_details":{"cached_tokens":60},
          "completion_tokens_details":{"reasoning_tokens":5},"cache_creation_input_tokens":7}}}
        {"request_id":"r2","call_type":"aembedding","spend":1e-7,"prompt_tokens":8,"completion_tokens":0,"startTime":"2026-01-05T11:01:00+01:00","model":"embed","model_group":"","user":"ann","metadata":{},"status":"failure"}
        {"request_id":"r3","call_type":"call_mcp_tool","startTime":"2026-01-05T10:02:00Z","mcp_namespaced_tool_name":"jira-search"}

        """;

    private static readonly string[] Events =
    [
        "r1|1767607200123|ann|helpdesk|p1|gpt-4o|acompletion|100|20|60|7|5|12346",
        "r2|1767607260000|ann|||embed|aembedding|8|0||||0",
    ];

    private string[] Stored() => Rows("""
        SELECT e.external_id, e.created_at, u.public_id, a.public_id, p.public_id, o.public_id, e.kind, e.input_tokens, e.output_tokens, e.cached_input_tokens,
            e.cache_creation_tokens, e.reasoning_tokens, e.cost_micro_usd
        FROM usage_event e JOIN usage_user u ON u.id = e.user_id LEFT JOIN app a ON a.id = e.app_id LEFT JOIN project p ON p.id = e.project_id
            JOIN model o ON o.id = e.model_id ORDER BY 1
        """);

    [Fact]
    public async Task The_table_as_csv_gives_requests_and_never_messages()
    {
        var report = await ImportTextAsync(Csv);

        Assert.Equal(Events, Stored());
        Assert.Equal(["0|0"], Rows("SELECT (SELECT count(*) FROM conversation), (SELECT count(*) FROM message)"));
        Assert.Equal([(false, "mcp-call")], report.Problems.Select(p => (p.Refused, p.Code)));
        Assert.DoesNotContain(Dump(), row => row.Contains("canary", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("lines")]
    [InlineData("array")]
    [InlineData("page")]
    public async Task Json_gives_the_same_as_csv_and_changes_nothing_behind_it(string shape)
    {
        var array = $"[{Json.TrimEnd().Replace("}\n{", "},\n{", StringComparison.Ordinal)}]";
        await ImportTextAsync(Csv);
        var before = Dump();

        var report = await ImportTextAsync(shape switch
        {
            "lines" => Json,
            "array" => array,
            _ => $$"""{"data":{{array}},"total":3,"page":1}""",
        });

        Assert.Equal(before, Dump());
        Assert.Equal((0, 0, 2), (report.Counts["usage-events"].Created, report.Counts["usage-events"].Changed, report.Counts["usage-events"].Unchanged));
    }

    [Theory]
    [InlineData("user_email,user_id,user_role,user_alias,created_at,password\nAnn@acme.example,ann,proxy_admin,Ann,2026-01-01 00:00:00,canary\n")]
    [InlineData("""{"users":[{"user_id":"ann","user_email":"Ann@acme.example","user_alias":"Ann","user_role":"proxy_admin","created_at":"2026-01-01T00:00:00Z","models":[],"key":"canary"}],"total":1}""")]
    public async Task The_table_of_users_names_who_made_the_requests(string users)
    {
        await ImportTextAsync(Csv);
        await ImportTextAsync(users);

        Assert.Equal(["ann|Ann|Ann@acme.example|1767225600000"], Rows("SELECT public_id, name, email, joined_at FROM usage_user"));
        Assert.DoesNotContain(Dump(), row => row.Contains("canary", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Date,Team,Team ID,Spend ($),Requests,Successful Requests,Failed Requests,Total Tokens,Prompt Tokens,Completion Tokens\n", "Usage page")]
    [InlineData("id,user_id,date,api_key,model,prompt_tokens,completion_tokens,spend,api_requests\n", "daily sum")]
    [InlineData("""{"results":[{"date":"2026-01-05","metrics":{}}],"metadata":{}}""", "daily sum")]
    [InlineData("""[{"startTime":"2026-01-05","spend":0.1,"users":{"ann":0.1},"models":{"gpt-4o":0.1}}]""", "daily sum")]
    [InlineData("a,b\n1,2\n", "not of LiteLLM")]
    [InlineData("", "not of LiteLLM")]
    [InlineData("{}", "not of LiteLLM")]
    public async Task Sums_and_other_files_are_refused_with_what_to_export_instead(string text, string reason)
    {
        var refused = await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportTextAsync(text));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains("/spend/logs?summarize=false", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["0"], Rows("SELECT count(*) FROM import"));
    }

    [Fact]
    public async Task Rows_that_cannot_be_read_are_refused_alone()
    {
        var report = await ImportTextAsync(
            "request_id,startTime,prompt_tokens,spend,end_user,metadata\n,2026-01-05 10:00:00,1,1,,\nr1,soon,1,1,,\nr2,2026-01-05 10:00:00\n" +
            "r3,05/01/2026,1,1,,\nr4,2026-01-05 10:00:00,-1,much," + new string('x', 201) + ",{\n\"r5\",2026-01-05 10:00:00,7,0.5,\"=1+1\0\",{}\n");

        Assert.Equal(["r4|||", "r5|=1+1\uFFFD|7|500000"], Rows(
            "SELECT e.external_id, u.public_id, e.input_tokens, e.cost_micro_usd FROM usage_event e LEFT JOIN usage_user u ON u.id = e.user_id ORDER BY 1"));
        Assert.Equal([(2, "invalid-value"), (3, "invalid-value"), (4, "invalid-row"), (5, "invalid-value"), (0, "id-too-long"), (0, "invalid-json")],
            report.Problems.Select(p => ((int)p.Line, p.Code)));
    }

    [Theory]
    [InlineData("request_id,startTime\nr1,2026-01-05 10:00:00\n\"r2,2026", "r1")]
    [InlineData("""[{"request_id":"r1","startTime":"2026-01-05T10:00:00Z"},{"request_id":"r2""", "r1")]
    public async Task A_file_that_is_cut_off_gives_what_stands_before_and_says_so(string text, string read)
    {
        var report = await ImportTextAsync(text);

        Assert.Equal(ImportState.Failed, report.State);
        Assert.Equal([read], Rows("SELECT external_id FROM usage_event"));
    }

    [Fact]
    public async Task A_row_over_the_limit_is_refused_and_the_next_is_read()
    {
        var path = Database.Write("long.csv", Encoding.UTF8.GetBytes(
            $"request_id,startTime,metadata,messages\nr1,2026-01-05 10:00:00,{new string('x', 3000)},\nr2,2026-01-05 10:00:00,{{}},{new string('x', 3000)}\n"));

        var report = await ImportPathAsync(path, new LiteLlmLimits { MaxRecordLength = 2000 });

        Assert.Equal("too-long", Assert.Single(report.Problems).Code);
        Assert.Equal(["r2"], Rows("SELECT external_id FROM usage_event"));
    }

    [Fact]
    public async Task Files_with_damage_never_give_anything_ill_formed()
    {
        var read = 0;
        foreach (var whole in new[] { Csv, Json })
        {
            read += await DamagedFiles.ReadAsync(
                new LiteLlmReader(), Encoding.UTF8.GetBytes(whole), Database.Write("damaged.csv", []), seed: whole.Length, rounds: 400, Cancellation);
        }

        Assert.InRange(read, 100, 799);
    }

    private Task<ImportReport> ImportTextAsync(string text) =>
        ImportPathAsync(Database.Write($"{Guid.NewGuid():N}.csv", Encoding.UTF8.GetBytes(text)));

    private Task<ImportReport> ImportPathAsync(string path, LiteLlmLimits? limits = null) =>
        new ImportService(
                [new LiteLlmReader(limits ?? new LiteLlmLimits())], new ImportWriter(Database.Database, TimeProvider.System), Database.Directory)
            .RunAsync(new ImportRequest(path, "litellm", TestDatabase.WorkspacePublicId), Cancellation);
}
