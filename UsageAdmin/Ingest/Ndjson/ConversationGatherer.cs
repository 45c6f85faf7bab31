namespace UsageAdmin.Ingest.Ndjson;

/// <summary>
/// Joins records of the same conversation that stand near each other, so that the conversation is written once. Holds a
/// bounded number of rows and bytes; the conversation that was touched longest ago leaves first.
/// </summary>
internal sealed class ConversationGatherer(Action<ImportItem> emit)
{
    private const int Rows = 1_000;
    private const long Bytes = 2 << 20;
    private const int Behind = 4_000;

    private readonly Dictionary<string, LinkedListNode<Gathered>> _byId = new(StringComparer.Ordinal);
    private readonly LinkedList<Gathered> _byAge = new();
    private readonly List<ImportItem> _behind = [];
    private int _rows;
    private long _bytes;

    private sealed class Gathered(ConversationItem item)
    {
        public ConversationItem Item { get; set; } = item;

        public int Rows { get; set; }

        public long Bytes { get; set; }
    }

    /// <summary>Whether records of the conversation wait here for others of it.</summary>
    public bool Holds(string conversationId) => _byId.ContainsKey(conversationId);

    public void Add(string conversationId, ImportItem item)
    {
        // Mostly the record before was of the same conversation.
        var node = _byAge.Last?.Value.Item.Id == conversationId ? _byAge.Last : _byId.GetValueOrDefault(conversationId);
        if (node is not null && item is ConversationItem && node.Value.Item.HasHeader)
        {
            Emit(node);
            node = null;
        }

        if (node is null)
        {
            node = _byAge.AddLast(new Gathered(
                item as ConversationItem ?? new ConversationItem { Id = conversationId, Line = item.Line }));
            _byId.Add(conversationId, node);
        }
        else if (node != _byAge.Last)
        {
            _byAge.Remove(node);
            _byAge.AddLast(node);
        }

        Join(node.Value, item);
        while (_rows > Rows || _bytes > Bytes)
        {
            Emit(_byAge.First!);
        }
    }

    /// <summary>Holds an item back until everything that came before it has left.</summary>
    public void AddBehind(ImportItem item)
    {
        _behind.Add(item);
        if (_behind.Count >= Behind)
        {
            Flush();
        }
    }

    /// <summary>Lets everything go, at the end of the file.</summary>
    public void Flush()
    {
        while (_byAge.First is { } oldest)
        {
            Emit(oldest);
        }

        _behind.ForEach(emit);
        _behind.Clear();
    }

    private void Join(Gathered gathered, ImportItem item)
    {
        if (item is ConversationItem header)
        {
            if (!ReferenceEquals(header, gathered.Item))
            {
                foreach (var part in gathered.Item.Parts())
                {
                    header.Add(part);
                }

                gathered.Item = header;
            }
        }
        else
        {
            gathered.Item.Add(item);
        }

        var bytes = item is MessageItem { Content.Value: { } content } ? content.Length : 0;
        gathered.Rows++;
        gathered.Bytes += bytes;
        _rows++;
        _bytes += bytes;
    }

    private void Emit(LinkedListNode<Gathered> node)
    {
        _byAge.Remove(node);
        _byId.Remove(node.Value.Item.Id);
        _rows -= node.Value.Rows;
        _bytes -= node.Value.Bytes;
        emit(node.Value.Item);
    }
}
