using System.Text.Json;

namespace UsageAdmin.Ingest.Json;

/// <summary>A node of a conversation's object of messages by id.</summary>
/// <param name="Message">Null: the node only holds others.</param>
internal sealed record MessageNode(string Id, JsonElement? Message, DateTime? CreatedAtUtc)
{
    /// <summary>Index of the parent; −1: a root.</summary>
    public int Parent { get; set; } = -1;

    public bool IsLeaf { get; set; } = true;

    public bool IsActive { get; set; }
}

/// <summary>What a platform calls the parts of its tree.</summary>
/// <param name="Mapping">The object of nodes by id.</param>
/// <param name="Current">Where the person stands.</param>
/// <param name="MessageOf">A node's message; null: it only holds others.</param>
/// <param name="TimeOf">When a message was written; null: not stated.</param>
internal sealed record TreeShape(
    string Mapping, string Parent, string Children, string Current, Func<JsonElement, JsonElement?> MessageOf,
    Func<JsonElement?, Remarks, DateTime?> TimeOf);

/// <summary>
/// A conversation's nodes with links that can be followed: references to nodes that do not exist and cycles are cut. Walks
/// iteratively, because a file decides how deep it is.
/// </summary>
internal sealed class MessageTree
{
    private readonly List<MessageNode> _nodes = [];
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private readonly TreeShape _shape;

    private MessageTree(TreeShape shape) => _shape = shape;

    public IReadOnlyList<MessageNode> Nodes => _nodes;

    /// <param name="mapping">An object with a property per node, its name the node's id.</param>
    public static MessageTree Read(JsonElement mapping, JsonElement? currentNode, TreeShape shape, Remarks remarks)
    {
        var tree = new MessageTree(shape);
        tree.ReadNodes(mapping, remarks);
        tree.Link(mapping, remarks);
        tree.CutCycles(remarks);
        tree.MarkActivePath(currentNode, remarks);
        return tree;
    }

    /// <summary>For each node the nearest one above it that is wanted; −1: none.</summary>
    public int[] NearestAbove(Func<MessageNode, bool> isWanted)
    {
        const int Unknown = -2;
        var nearest = new int[_nodes.Count];
        Array.Fill(nearest, Unknown);
        var path = new Stack<int>();
        for (var start = 0; start < _nodes.Count; start++)
        {
            for (var node = start; node >= 0 && nearest[node] == Unknown; node = _nodes[node].Parent)
            {
                path.Push(node);
            }

            while (path.TryPop(out var node))
            {
                var parent = _nodes[node].Parent;
                nearest[node] = parent < 0 || isWanted(_nodes[parent]) ? parent : nearest[parent];
            }
        }

        return nearest;
    }

    private void ReadNodes(JsonElement mapping, Remarks remarks)
    {
        foreach (var property in mapping.EnumerateObject())
        {
            if (IdOf(property, remarks) is not { } id)
            {
                continue;
            }

            var message = _shape.MessageOf(property.Value);
            var time = _shape.TimeOf(message, remarks);
            if (_indexes.TryAdd(id, _nodes.Count))
            {
                _nodes.Add(new MessageNode(id, message, time));
            }
            else
            {
                remarks.Add("duplicate-node", _shape.Mapping, $"a second node {id} is left out");
            }
        }
    }

    private string? IdOf(JsonProperty property, Remarks remarks)
    {
        var replaced = false;
        var id = StorableText.Name(property, ref replaced);
        if (replaced)
        {
            remarks.Add("replaced-character", _shape.Mapping, "NUL or half a character became U+FFFD");
        }

        if (id.Length > 0 && System.Text.Encoding.UTF8.GetByteCount(id) <= StorableText.MaxIdBytes)
        {
            return id;
        }

        remarks.Add("id-too-long", _shape.Mapping, $"a node whose id is not 1 to {StorableText.MaxIdBytes} bytes is left out");
        return null;
    }

    private void Link(JsonElement mapping, Remarks remarks)
    {
        var silent = new Remarks();
        foreach (var property in mapping.EnumerateObject())
        {
            if (IdOf(property, silent) is not { } id)
            {
                continue;
            }

            var node = _indexes[id];
            if (property.Value.Member(_shape.Parent) is { } parent && Index(parent, _shape.Parent, remarks) is { } above)
            {
                _nodes[node].Parent = above;
            }

            foreach (var child in property.Value.Member(_shape.Children).Items())
            {
                if (Index(child, _shape.Children, remarks) is { } below && _nodes[below].Parent < 0)
                {
                    _nodes[below].Parent = node;
                }
            }
        }

        foreach (var node in _nodes.Where(n => n.Parent >= 0))
        {
            _nodes[node.Parent].IsLeaf = false;
        }
    }

    private int? Index(JsonElement? reference, string field, Remarks remarks)
    {
        var id = reference.Id(field, remarks);
        if (id is not null && _indexes.TryGetValue(id, out var index))
        {
            return index;
        }

        remarks.Add("dangling-reference", field, $"{field} {id} is not in the file, the link is dropped");
        return null;
    }

    private void CutCycles(Remarks remarks)
    {
        var walkOf = new int[_nodes.Count];
        for (var start = 0; start < _nodes.Count; start++)
        {
            var node = start;
            while (node >= 0 && walkOf[node] == 0)
            {
                walkOf[node] = start + 1;
                var parent = _nodes[node].Parent;
                if (parent >= 0 && walkOf[parent] == start + 1)
                {
                    _nodes[node].Parent = -1;
                    remarks.Add("cycle", _shape.Parent, $"node {_nodes[node].Id} is its own ancestor, the link is cut");
                    break;
                }

                node = parent;
            }
        }
    }

    /// <summary>
    /// From the current node up. Where that is missing, from the newest leaf; of leaves of the same time the last.
    /// </summary>
    private void MarkActivePath(JsonElement? currentNode, Remarks remarks)
    {
        var node = currentNode is null ? null : Index(currentNode, _shape.Current, remarks);
        for (var index = node ?? NewestLeaf(); index >= 0; index = _nodes[index].Parent)
        {
            _nodes[index].IsActive = true;
        }
    }

    private int NewestLeaf()
    {
        var newest = -1;
        for (var index = 0; index < _nodes.Count; index++)
        {
            if (_nodes[index].IsLeaf && (newest < 0
                || (_nodes[index].CreatedAtUtc ?? DateTime.MinValue)
                    >= (_nodes[newest].CreatedAtUtc ?? DateTime.MinValue)))
            {
                newest = index;
            }
        }

        return newest;
    }
}
