namespace UsageAdmin.Ingest.Otlp;

/// <summary>
/// What a batch says of one conversation. Of what calls say of the conversation as a whole the first counts, in this batch and
/// over all, so that a batch that is sent again changes nothing.
/// </summary>
internal sealed class OtlpConversation(string id, KnownConversation? known)
{
    private readonly ConversationItem _parts = new() { Id = id };
    private bool _hasMessages;
    private string? _person;
    private string? _app;
    private string? _model;
    private double? _temperature;
    private string? _channel;
    private string? _deployment;

    public void Add(ImportItem part) => _parts.Add(part);

    /// <summary>Adds a message of a call.</summary>
    public void Add(MessageItem message)
    {
        _hasMessages = true;
        _parts.Add(message);
    }

    public void Describe(OtlpCall call)
    {
        _model ??= call.Model?.Id;
        _temperature ??= call.Temperature;
        Mention(call.Origin);
    }

    public void Mention(OtlpOrigin origin)
    {
        _person ??= origin.Person?.Id;
        _app ??= origin.Agent?.Id;
        _channel ??= origin.Service;
        _deployment ??= origin.Deployment;
    }

    /// <summary>Null: there is nothing to write. A conversation is made by messages alone; other records wait for them.</summary>
    public ConversationItem? ToItem()
    {
        if (!_hasMessages && known is null)
        {
            return _parts.Parts().Any() ? _parts : null;
        }

        var item = new ConversationItem
        {
            Id = id,
            HasHeader = true,
            UserId = First(_person, known?.HasPerson),
            AppId = First(_app, known?.HasApp),
            Model = First(_model, known?.HasModel),
            Temperature = _temperature is { } value && known?.HasTemperature != true ? value : default(Field<double?>),
            Channel = First(_channel, known?.HasChannel),
            Deployment = First(_deployment, known?.HasDeployment),
        };
        foreach (var part in _parts.Parts())
        {
            item.Add(part);
        }

        return item;
    }

    private static Field<string> First(string? value, bool? isKnown) => value is null || isKnown == true ? default(Field<string>) : value;
}
