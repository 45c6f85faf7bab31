using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.Otlp.Protos;
using UsageAdmin.Tests.Support;
using static UsageAdmin.Tests.Ingest.Otlp.SomeTelemetry;

namespace UsageAdmin.Tests.Ingest.Otlp;

/// <summary>OTLP/HTTP by the GenAI conventions, over real HTTP.</summary>
public sealed class OtlpIntakeTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>, IAsyncLifetime
{
    private const string Nothing = """{"partialSuccess":{}}""";

    private OtlpClient _client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Id(int n) => $"{TraceId(1)}-{SpanId(n)}";

    public async ValueTask InitializeAsync() => _client = await OtlpClient.CreateAsync(app);

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_call_with_content_becomes_messages_with_its_tokens_on_the_answer()
    {
        await TracesAsync(Call(
            1, Input(("system", "be kind"), ("user", "hi")), Output("hello"), ("user.id", "u-mail"), ("user.email", "a@otlp.example"),
            ("gen_ai.agent.id", "agent-1"), ("gen_ai.agent.name", "Helper"), ("gen_ai.request.temperature", 0.5),
            ("gen_ai.usage.cache_read.input_tokens", 3L), ("gen_ai.response.model", "gpt-4o-2024-08-06")));

        Assert.Equal(
        [
            $"conv-1|u-mail|agent-1|0.5|helpdesk|production|{Id(1)}-0|3|1767607201000|0||||||be kind",
            $"conv-1|u-mail|agent-1|0.5|helpdesk|production|{Id(1)}-1|0|1767607201000|0|||||0|hi",
            $"conv-1|u-mail|agent-1|0.5|helpdesk|production|{Id(1)}-out0|1|1767607201500|TOKENS|12|8|3|gpt-4o-2024-08-06|1|hello",
            $"request|{Id(1)}|1767607201000|{Id(1)}-out0|chat|12|8|u-mail|gpt-4o-2024-08-06",
        ], Dump());
        Assert.Equal(["Helper"], _client.Rows("SELECT name FROM app WHERE public_id = 'agent-1'"));
        Assert.Equal(["a@otlp.example"], _client.Rows("SELECT email FROM usage_user WHERE public_id = 'u-mail'"));
        Assert.Equal(["openai"], _client.Rows("SELECT provider FROM model WHERE public_id = 'gpt-4o-2024-08-06'"));
    }

    [Fact]
    public async Task A_call_without_content_is_a_request_and_no_message_is_made_up()
    {
        await TracesAsync(Call(1, ("enduser.id", "u1")));

        Assert.Equal([$"request|{Id(1)}|1767607201000||chat|12|8|u1|gpt-4o"], Dump());
        Assert.Empty(_client.Rows("SELECT 1 FROM conversation WHERE source_id = $source"));
    }

    [Fact]
    public async Task Json_and_protobuf_say_the_same()
    {
        var structured = new AnyValue
        {
            ArrayValue = new ArrayValue
            {
                Values =
                {
                    List(("role", Value("user")), ("parts", Array(
                        List(("type", Value("text")), ("content", Value("hi\0there"))),
                        List(("type", Value("file")), ("file_id", Value("f1")), ("mime_type", Value("application/pdf")))))),
                },
            },
        };
        var request = Traces(Call(1, ("gen_ai.input.messages", structured), Output("grüße 😀")), Call(2), Failed(Call(3, Input(("user", "again")))));
        using var other = await OtlpClient.CreateAsync(app);

        await AssertTakenAsync(await _client.SendAsync("/v1/traces", request));
        var answer = await other.SendAsync("/v1/traces", Json(request));

        Assert.Equal(Nothing, await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(6, Dump().Length - 1);
        Assert.Equal(_client.Dump(), other.Dump());
    }

    [Fact]
    public async Task The_example_of_the_specification_is_taken_and_holds_nothing_of_ours()
    {
        var answer = await _client.SendAsync("/v1/traces",
            """
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"my.service"}}]},"scopeSpans":[{"scope":
            {"name":"my.library","version":"1.0.0","attributes":[{"key":"my.scope.attribute","value":{"stringValue":"some scope attribute"}}]},
            "spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","parentSpanId":"EEE19B7EC3C1B173","name":"I'm a server span",
            "startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000000","kind":2,
            "attributes":[{"key":"my.span.attr","value":{"stringValue":"some value"}}]}]}]}]}
            """);

        Assert.Equal(Nothing, await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Empty(_client.Rows("SELECT 1 FROM source WHERE id = $source"));
    }

    [Fact]
    public async Task Older_names_texts_for_numbers_and_ids_in_upper_case_are_read()
    {
        var answer = await _client.SendAsync("/v1/traces", $$$"""
            {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"{{{TraceId(1).ToUpperInvariant()}}}","spanId":"{{{SpanId(1).ToUpperInvariant()}}}",
            "startTimeUnixNano":1767607201000000000,"endTimeUnixNano":1767607201500000000,"attributes":[
            {"key":"gen_ai.system","value":{"stringValue":"anthropic"}},{"key":"gen_ai.request.model","value":{"stringValue":"claude-old"}},
            {"key":"gen_ai.usage.prompt_tokens","value":{"intValue":"20"}},{"key":"gen_ai.usage.completion_tokens","value":{"intValue":7}},
            {"key":"gen_ai.prompt","value":{"stringValue":"[{\"role\":\"user\",\"content\":\"What?\"}]"}},
            {"key":"gen_ai.completion","value":{"stringValue":"That."}},{"key":"session.id","value":{"stringValue":"s1"}}]}]}]}]}
            """);

        await AssertTakenAsync(answer);
        Assert.Equal(
        [
            $"s1|unknown|||||{Id(1)}-0|0|1767607201000|0||||||What?",
            $"s1|unknown|||||{Id(1)}-out0|1|1767607201500|TOKENS|20|7||claude-old|0|That.",
        ], Dump()[..2]);
    }

    [Fact]
    public async Task Numbered_attributes_of_older_libraries_are_read()
    {
        await TracesAsync(Call(
            1, ("gen_ai.prompt.0.role", "system"), ("gen_ai.prompt.0.content", "be kind"), ("gen_ai.prompt.1.role", "user"),
            ("gen_ai.prompt.1.content", "hi"), ("gen_ai.completion.0.content", "hello")));

        Assert.Equal(["be kind", "hi", "hello"], Contents());
    }

    [Fact]
    public async Task Only_what_follows_the_last_answer_is_new()
    {
        await TracesAsync(Call(1, Input(("user", "one")), Output("1")));
        await TracesAsync(Call(2, Input(("user", "one"), ("assistant", "1"), ("user", "two")), Output("2")));

        Assert.Equal(["one", "1", "two", "2"], Contents());
        Assert.Equal([Id(1) + "-0", Id(1) + "-out0", Id(2) + "-2", Id(2) + "-out0"], Column("m.external_id"));
    }

    [Fact]
    public async Task A_call_without_conversation_has_one_of_its_trace()
    {
        var span = Span(1, ("gen_ai.operation.name", "chat"), Input(("user", "hi")), Output("hello"));

        await TracesAsync(span);

        Assert.Equal([TraceId(1)], _client.Rows("SELECT external_id FROM conversation WHERE source_id = $source"));
    }

    [Fact]
    public async Task Span_and_event_of_one_call_are_one_in_every_order()
    {
        Func<OtlpClient, Task> span = client => client.SendAsync("/v1/traces", Traces(Call(1, ("user.id", "u1"))));
        Func<OtlpClient, Task> full = client => client.SendAsync("/v1/traces", Traces(Call(1, ("user.id", "u1"), Input(("user", "hi")), Output("hello"))));
        Func<OtlpClient, Task> log = client => client.SendAsync("/v1/logs", Logs(Log(1, ("user.id", "u1"), Input(("user", "hi")), Output("hello"))));

        // Times of messages are the log's where only the log has them and came first.
        var expected = await DumpAsync(span, log);
        Assert.Equal(3, expected.Length);
        Assert.Contains("|12|8|", expected[1], StringComparison.Ordinal);
        Assert.Equal(expected, await DumpAsync(span, log, log, span, log));
        Assert.Equal(WithoutTimes(expected), WithoutTimes(await DumpAsync(log, span)));
        Assert.Equal(await DumpAsync(log, span), await DumpAsync(log, span, log, span));
        expected = await DumpAsync(full);
        Assert.Equal(expected, await DumpAsync(full, log));
        Assert.Equal(expected, await DumpAsync(log, full));
        Assert.Equal(expected, await DumpAsync(log, full, log, full, span, log));
        Assert.Equal(expected, await DumpAsync(span, full, span));

        // What only the span knows comes to the conversation whenever it comes.
        Func<OtlpClient, Task> bare = client => client.SendAsync("/v1/logs", Logs(Log(1, Input(("user", "hi")), Output("hello"))));
        Assert.All([await DumpAsync(span, bare), await DumpAsync(bare, span)], dump =>
        {
            Assert.StartsWith("conv-1|u1|", dump[0], StringComparison.Ordinal);
            Assert.Contains("|gpt-4o|", dump[1], StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Sending_a_batch_again_after_later_ones_changes_nothing()
    {
        Span[] first = [Call(1, Input(("user", "one")), Output("1"), ("gen_ai.agent.name", "A"), ("user.id", "u1"))];
        await TracesAsync(first);
        await TracesAsync(Call(2, Input(("user", "two")), Output("2"), ("gen_ai.agent.name", "B"), ("user.id", "u2"), ("gen_ai.request.temperature", 1.0)));
        var expected = Dump();

        await TracesAsync(first);

        Assert.Equal(expected, Dump());
        Assert.All(expected[..4], row => Assert.StartsWith("conv-1|u1|A|1|", row, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tools_become_actions_once_whether_the_answer_or_their_span_comes_first()
    {
        var call = Call(1, Input(("user", "weather?")), ("gen_ai.output.messages",
            """[{"role":"assistant","parts":[{"type":"tool_call","id":"call_1","name":"get_weather","arguments":{"city":"Berlin"}}],"finish_reason":"tool_call"}]"""));
        var tool = Span(2, ("gen_ai.operation.name", "execute_tool"), ("gen_ai.tool.name", "get_weather"),
            ("gen_ai.tool.call.id", "call_1"), ("gen_ai.conversation.id", "conv-1"));
        var then = Call(3, ("gen_ai.input.messages",
            """[{"role":"user","parts":[{"type":"text","content":"weather?"}]},{"role":"assistant","parts":[{"type":"tool_call","id":"call_1","name":"get_weather"}]},{"role":"tool","parts":[{"type":"tool_call_response","id":"call_1","response":"rainy"}]}]"""),
            Output("It rains."));

        await TracesAsync(tool);
        await TracesAsync(call, then);
        var actions = _client.Actions();

        Assert.Equal(["action|call_1|get_weather|1767607202000|ok|1"], actions);
        Assert.Equal(["weather?", "", "rainy", "It rains."], Contents());
        using var other = await OtlpClient.CreateAsync(app);
        await other.SendAsync("/v1/traces", Traces(call, then, tool));
        Assert.Equal(_client.Dump(), other.Dump());
    }

    [Fact]
    public async Task Failed_calls_keep_the_question_and_are_no_answer()
    {
        await TracesAsync(Failed(Call(1, Input(("user", "hi")))), Call(2, Input(("user", "hi")), Output("hel"), ("error.type", "timeout")));

        Assert.Equal(["2|2"], _client.Rows(
            "SELECT user_message_count, message_count FROM conversation WHERE source_id = $source"));
    }

    [Fact]
    public async Task Agents_name_the_app_and_do_not_count_twice()
    {
        var agent = Span(9, ("gen_ai.operation.name", "invoke_agent"), ("gen_ai.agent.name", "Router"), ("gen_ai.conversation.id", "conv-1"),
            ("gen_ai.usage.input_tokens", 500L), Input(("user", "hi")), Output("hello"));

        await TracesAsync(Call(1, Input(("user", "hi")), Output("hello")));
        await TracesAsync(agent);

        Assert.Equal(3, Dump().Length);
        Assert.StartsWith("conv-1|unknown|Router|", Dump()[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluations_become_feedback_and_moderation_by_their_name()
    {
        LogRecord Evaluation(string name, params (string, object)[] more)
        {
            var record = Log(1, [("gen_ai.evaluation.name", name), .. more]);
            record.EventName = "gen_ai.evaluation.result";
            return record;
        }

        var records = Logs(
            Evaluation("user_feedback", ("gen_ai.evaluation.score.label", "thumbs_down"), ("gen_ai.evaluation.explanation", "no")),
            Evaluation("Toxicity", ("gen_ai.evaluation.score.value", 0.9)), Evaluation("Groundedness", ("gen_ai.evaluation.score.label", "fail")),
            Evaluation("Relevance", ("gen_ai.evaluation.score.value", 0.1)));

        // Before its message it waits.
        await _client.SendAsync("/v1/logs", records);
        await TracesAsync(Call(1, Input(("user", "hi")), Output("hello")));
        await _client.SendAsync("/v1/logs", records);

        Assert.Equal(
        [
            $"check|{Id(1)}-toxicity|toxicity|1|0.9", $"feedback|{Id(1)}-groundedness||2|Groundedness|",
            $"feedback|{Id(1)}-user_feedback|-1|0||no",
        ], Dump().Where(r => r.StartsWith("check", StringComparison.Ordinal) || r.StartsWith("feedback", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(r => r.Replace($"|{(int)MessageMarks.Inaccurate}|", "|2|", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Workflows_are_runs()
    {
        await TracesAsync(Failed(Span(1, ("gen_ai.operation.name", "invoke_workflow"), ("gen_ai.workflow.name", "Intake"), ("error.type", "boom"))));

        Assert.Equal([$"{Id(1)}|Intake|1767607201500|boom"], _client.Rows(
            "SELECT r.external_id, w.public_id, r.ended_at, r.error_type FROM workflow_run r JOIN workflow w ON w.id = r.workflow_id WHERE r.source_id = $source"));
    }

    [Fact]
    public async Task All_of_a_day_is_one_import_whose_counts_add_up()
    {
        for (var i = 1; i <= 5; i++)
        {
            await TracesAsync(Call(i, Input(("user", $"{i}")), Output("ok")));
        }

        await TracesAsync(Call(1, Input(("user", "1")), Output("ok")));

        var import = Assert.Single(_client.Rows(
            "SELECT state, format, file_name, conversations_created, conversations_changed, conversations_unchanged, messages_written, " +
            "months_moved, counts FROM import WHERE source_id = $source")).Split('|');
        Assert.Equal("1|otlp|v1-traces|1|4|1|10|2026-01", string.Join('|', import[..^1]));
        var messages = JsonNode.Parse(import[^1])!["messages"]!;
        Assert.Equal((10, 2), ((int)messages["created"]!, (int)messages["unchanged"]!));
    }

    [Fact]
    public async Task A_day_can_be_undone_and_what_comes_then_is_a_new_import()
    {
        await TracesAsync(Call(1, Input(("user", "one")), Output("1")), Call(2));
        await TracesAsync(Call(3, Input(("user", "two")), Output("2")));
        var import = long.Parse(Assert.Single(_client.Rows("SELECT id FROM import WHERE source_id = $source")), CultureInfo.InvariantCulture);
        var (_, workspace) = await app.WorkspaceAsync("alpha-main");

        await app.Services.GetRequiredService<ImportUndo>().RunAsync(workspace.Id, import, Cancel);

        Assert.Empty(Dump());
        await TracesAsync(Call(3, Input(("user", "two")), Output("2")));
        Assert.Equal(["two", "2"], Contents());
        Assert.Equal(["3", "1"], _client.Rows("SELECT state FROM import WHERE source_id = $source ORDER BY id"));
    }

    [Fact]
    public async Task Ten_thousand_spans_come_in_at_once_and_again_in_parts_and_compressed()
    {
        var spans = Enumerable.Range(0, 10_000).Select(i => Call(i, $"c{i % 500}", Input(("user", $"question {i}")), Output($"answer {i}")))
            .ToArray();

        var answer = await _client.SendAsync(
            "/v1/traces", OtlpClient.Gzip(Traces(spans).ToByteArray()), "application/x-protobuf", "gzip");

        await AssertTakenAsync(answer);
        string[] expected = ["500|10000|20000|120000|80000"];
        Assert.Equal(expected, Sums());
        await Task.WhenAll(spans.Chunk(1_000).Select(part => _client.SendAsync("/v1/traces", Traces(part))));
        Assert.Equal(expected, Sums());

        string[] Sums() => _client.Rows(
            """
            SELECT count(DISTINCT s.conversation_no), sum(s.user_messages), sum(s.user_messages + s.provider_messages), sum(s.input_tokens), sum(s.output_tokens)
            FROM usage_slot s JOIN conversation c ON c.workspace_id = s.workspace_id AND c.no = s.conversation_no WHERE c.source_id = $source
            """);
    }

    [Fact]
    public async Task Several_at_once_add_up()
    {
        var answers = await Task.WhenAll(Enumerable.Range(1, 16).Select(i =>
            _client.SendAsync("/v1/traces", Traces(Call(i, Input(("user", $"{i}")), Output("ok"))))));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
        Assert.Equal(["16|32"], _client.Rows("SELECT user_message_count, message_count FROM conversation WHERE source_id = $source"));
        Assert.Single(_client.Rows("SELECT 1 FROM import WHERE source_id = $source"));
    }

    [Fact]
    public async Task What_cannot_be_kept_is_rejected_by_number_and_the_rest_is_taken()
    {
        var noId = Call(1);
        noId.SpanId = ByteString.CopyFrom(new byte[8]);
        var noTime = Call(2);
        noTime.StartTimeUnixNano = 0;
        var request = Traces(noId, noTime, Call(3, new string('x', 201)), Call(4));

        var json = await _client.SendAsync("/v1/traces", Json(request));
        var binary = ExportResponse.Parser.ParseFrom(
            await (await _client.SendAsync("/v1/traces", request)).Content.ReadAsByteArrayAsync(Cancel));

        using var answer = JsonDocument.Parse(await json.Content.ReadAsStringAsync(Cancel));
        var partial = answer.RootElement.GetProperty("partialSuccess");
        Assert.Equal("3", partial.GetProperty("rejectedSpans").GetString());
        Assert.StartsWith("A span or event", partial.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.Equal((3, partial.GetProperty("errorMessage").GetString()), (binary.PartialSuccess.Rejected, binary.PartialSuccess.ErrorMessage));
        Assert.Single(Dump());
        Assert.Equal(["6"], _client.Rows("SELECT records_refused FROM import WHERE source_id = $source"));
    }

    [Theory]
    [InlineData("none", "application/json", "{}", 401, 16)]
    [InlineData("wrong", "application/x-protobuf", "", 401, 16)]
    [InlineData("scopeless", "application/json", "{}", 403, 7)]
    [InlineData("good", "text/plain", "{}", 415, 3)]
    [InlineData("good", "application/json", "no json", 400, 3)]
    [InlineData("good", "application/json", "[]", 400, 3)]
    [InlineData("good", "application/x-protobuf", "no protobuf", 400, 3)]
    public async Task What_is_wrong_is_told_in_the_encoding_of_the_request(string key, string type, string body, int status, int code)
    {
        using var client = new OtlpClient(app, key switch
        {
            "none" => app.NewClient(),
            "wrong" => app.ClientWith("ua_live_00000000_" + new string('A', 43)),
            "scopeless" => app.ClientWith((await app.MakeKeyAsync(ApiScopes.UsageExport)).Text),
            _ => app.ClientWith((await app.MakeKeyAsync(ApiScopes.Ingest)).Text),
        });
        foreach (var path in new[] { "/v1/traces", "/v1/logs" })
        {
            var answer = await client.SendAsync(path, Encoding.UTF8.GetBytes(body), type);

            Assert.Equal(status, (int)answer.StatusCode);
            var isProtobuf = type == "application/x-protobuf";
            Assert.Equal(isProtobuf ? type : "application/json", answer.Content.Headers.ContentType?.MediaType);
            var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
            Assert.Equal(code, isProtobuf
                ? RpcStatus.Parser.ParseFrom(bytes).Code
                : JsonSerializer.Deserialize<JsonElement>(bytes).GetProperty("code").GetInt32());
        }
    }

    [Fact]
    public async Task A_body_that_inflates_to_too_much_is_refused_and_one_that_is_cut_off_too()
    {
        var bomb = await _client.SendAsync("/v1/traces", OtlpClient.Gzip(new byte[64 << 20]), "application/json", "gzip");
        var whole = OtlpClient.Gzip(Traces(Call(1)).ToByteArray());
        var cut = await _client.SendAsync("/v1/traces", whole[..^10], "application/x-protobuf", "gzip");

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.BadRequest), (bomb.StatusCode, cut.StatusCode));
        Assert.Empty(Dump());
    }

    [Fact]
    public async Task Damaged_bodies_are_refused_and_never_break_the_server()
    {
        // Other workspaces' limits do not count these.
        await using var own = await UsageAdminApp.StartAsync("--Ingest:RequestsPerMinute=100000");
        using var client = await OtlpClient.CreateAsync(own);
        var random = new Random(11);
        var request = Traces(
            Call(1, Input(("user", "hi")), Output("hello")),
            Span(2, ("gen_ai.operation.name", "execute_tool"), ("gen_ai.tool.name", "t"), ("gen_ai.conversation.id", "conv-1")));
        byte[][] bodies = [request.ToByteArray(), Encoding.UTF8.GetBytes(Json(request))];
        for (var i = 0; i < 600; i++)
        {
            var body = bodies[i % 2].ToArray();
            for (var flips = random.Next(4); flips >= 0; flips--)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }

            var answer = await client.SendAsync(
                i % 4 < 2 ? "/v1/traces" : "/v1/logs", body[..random.Next(1, body.Length + 1)],
                i % 2 == 0 ? "application/x-protobuf" : "application/json");

            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{i}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task Nesting_without_end_is_refused_or_passed_over()
    {
        var value = Value("deep");
        for (var i = 0; i < 500; i++)
        {
            value = Array(value);
        }

        var deep = await _client.SendAsync("/v1/traces", Traces(Call(1, ("gen_ai.input.messages", value))));
        var json = await _client.SendAsync("/v1/traces", new string('[', 100_000));
        var text = await _client.SendAsync("/v1/traces", Traces(Call(2, ("gen_ai.input.messages", new string('[', 100_000)))));

        Assert.Equal((400, 400, 200), ((int)deep.StatusCode, (int)json.StatusCode, (int)text.StatusCode));
        Assert.Single(Dump());
    }

    [Fact]
    public async Task Metrics_are_answered_and_not_used()
    {
        var answer = await _client.SendAsync("/v1/metrics", """{"resourceMetrics":[]}""");

        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("0", json.RootElement.GetProperty("partialSuccess").GetProperty("rejectedDataPoints").GetString());
    }

    [Fact]
    public async Task The_source_is_otlp_unless_a_header_names_another()
    {
        await using var own = await UsageAdminApp.StartAsync();
        using var client = own.ClientWith((await own.MakeKeyAsync(ApiScopes.Ingest)).Text);
        using var content = new ByteArrayContent(Traces(Call(1)).ToByteArray());
        content.Headers.ContentType = new("application/x-protobuf");
        (await client.PostAsync(new Uri("/v1/traces", UriKind.Relative), content, Cancel)).EnsureSuccessStatusCode();

        await using var db = await own.ContextAsync();
        Assert.Equal(["otlp"], db.Sources.Select(s => s.Name));
        Assert.Equal(["import.finished"], db.AuditEvents.Where(e => e.Actor == "key").Select(e => e.Action));
    }

    private static AnyValue List(params (string Key, AnyValue Value)[] members) => new()
    {
        KvlistValue = new KeyValueList { Values = { members.Select(m => new KeyValue { Key = m.Key, Value = m.Value }) } },
    };

    private static AnyValue Array(params AnyValue[] values) => new() { ArrayValue = new ArrayValue { Values = { values } } };

    private static Span Failed(Span span)
    {
        span.Status = new Status { Code = 2 };
        return span;
    }

    private static string[] WithoutTimes(string[] rows) =>
        [.. rows.Select(r => System.Text.RegularExpressions.Regex.Replace(r, "\\|17676[0-9]+", "|TIME"))];

    private async Task<string[]> DumpAsync(params Func<OtlpClient, Task>[] steps)
    {
        using var client = await OtlpClient.CreateAsync(app);
        foreach (var step in steps)
        {
            await step(client);
        }

        return client.Dump();
    }

    private string[] Dump() =>
        [.. _client.Dump().Select(r => r.Replace($"|{(int)MessageMarks.TokensOfRequests}|", "|TOKENS|", StringComparison.Ordinal))];

    private string[] Contents() => Column("m.content");

    private string[] Column(string name) => _client.Rows(
        $"""
        SELECT {name} FROM conversation c JOIN message m ON m.workspace_id = c.workspace_id AND m.conversation_created_at = c.created_at
            AND m.conversation_no = c.no WHERE c.source_id = $source ORDER BY c.no, m.seq
        """);

    private async Task TracesAsync(params Span[] spans) => await AssertTakenAsync(await _client.SendAsync("/v1/traces", Traces(spans)));

    private static async Task AssertTakenAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
        if (answer.Content.Headers.ContentType?.MediaType == "application/x-protobuf")
        {
            Assert.Empty(bytes);
        }
        else
        {
            Assert.Equal(Nothing, Encoding.UTF8.GetString(bytes));
        }
    }
}
