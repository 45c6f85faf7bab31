using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using UsageAdmin.Data.Schema;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest.Otlp;

/// <summary>The exporter of the .NET SDK, which apps use as it is.</summary>
public sealed class OtlpExporterTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>
{
    [Fact]
    public async Task Spans_of_an_sdk_come_in()
    {
        var key = (await app.MakeKeyAsync(ApiScopes.Ingest)).Text;
        using var client = new OtlpClient(app, app.NewClient());
        using var source = new ActivitySource($"test-{Guid.NewGuid():N}");
        string trace, span;
        using (var provider = Sdk.CreateTracerProviderBuilder().AddSource(source.Name)
            .SetResourceBuilder(ResourceBuilder.CreateDefault().AddService("helpdesk"))
            .AddOtlpExporter(options =>
            {
                options.Endpoint = new Uri(app.BaseAddress, "/v1/traces");
                options.Protocol = OtlpExportProtocol.HttpProtobuf;
                options.Headers = $"Authorization=Bearer%20{key},X-UsageAdmin-Source={client.Source}";
            }).Build())
        {
            using (var activity = source.StartActivity("chat gpt-4o", ActivityKind.Client)!)
            {
                (trace, span) = (activity.TraceId.ToHexString(), activity.SpanId.ToHexString());
                activity.SetTag("gen_ai.operation.name", "chat").SetTag("gen_ai.provider.name", "openai")
                    .SetTag("gen_ai.request.model", "gpt-4o").SetTag("gen_ai.conversation.id", "sdk-1").SetTag("user.id", "sdk-user")
                    .SetTag("gen_ai.usage.input_tokens", 12).SetTag("gen_ai.usage.output_tokens", 8)
                    .SetTag("gen_ai.input.messages", SomeTelemetry.Messages(("user", "hi")))
                    .SetTag("gen_ai.output.messages", SomeTelemetry.Messages(("assistant", "hello")));
            }

            Assert.True(provider!.ForceFlush());
        }

        Assert.Equal(
            [$"{trace}-{span}-0||hi", $"{trace}-{span}-out0|12|hello"], client.Rows(
                """
                SELECT m.external_id, m.input_tokens, m.content FROM conversation c JOIN message m ON m.workspace_id = c.workspace_id
                    AND m.conversation_created_at = c.created_at AND m.conversation_no = c.no WHERE c.source_id = $source ORDER BY m.seq
                """));
    }
}
