using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Ingest;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest.Jobs;

/// <summary>A format whose reader stops after 6,000 conversations, which are written then, for as long as it is told to.</summary>
internal sealed class HeldReader : IImportReader
{
    public const int Conversations = 6_100;

    private const int Middle = 6_000;

    private volatile bool _isHeld;

    public string Format => "held";

    public bool IsHeld
    {
        get => _isHeld;
        set => _isHeld = value;
    }

    public void AddTo(IServiceCollection services) => services.AddSingleton<IImportReader>(this);

    public bool Recognizes(FileStart start) => start.StartsWith("HELD"u8);

    public async IAsyncEnumerable<ImportItem> ReadAsync(
        ImportFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 0; i < Conversations; i++)
        {
            while (i == Middle && IsHeld)
            {
                await Task.Delay(20, cancellationToken);
            }

            yield return Some.Conversation($"c{i}");
        }
    }
}
