namespace UsageAdmin.Ingest.Writing;

/// <summary>
/// Puts messages in order: by time, a parent before its children, then as the source has them (decisions.md 13). A message
/// without time takes its parent's, else the conversation's.
/// </summary>
internal static class MessageOrder
{
    /// <summary>Cuts links that go in a circle; sources have been seen to hold such.</summary>
    public static void CutCircles(List<MessageState> messages)
    {
        if (ParentsComeFirst(messages))
        {
            return;
        }

        var done = new HashSet<MessageState>();
        var path = new HashSet<MessageState>();

        // By id, so that the same link is cut each time the file comes in.
        foreach (var start in messages.OrderBy(m => m.Id, StringComparer.Ordinal))
        {
            path.Clear();
            for (var message = start; message is not null && !done.Contains(message); message = message.Parent)
            {
                path.Add(message);
                if (message.Parent is { } parent && path.Contains(parent))
                {
                    message.Parent = null;
                }
            }

            done.UnionWith(path);
        }
    }

    /// <summary>The earliest time that a message states itself; null: none does.</summary>
    public static long? Earliest(List<MessageState> messages)
    {
        long? earliest = null;
        foreach (var message in messages)
        {
            if (message.HasOwnTime && (earliest is not { } time || message.CreatedAt < time))
            {
                earliest = message.CreatedAt;
            }
        }

        return earliest;
    }

    public static void InheritTimes(List<MessageState> messages, long conversationCreatedAt)
    {
        HashSet<MessageState>? waiting = null;
        foreach (var message in messages)
        {
            if (!message.HasOwnTime)
            {
                (waiting ??= []).Add(message);
            }
        }

        if (waiting is null)
        {
            return;
        }

        var chain = new Stack<MessageState>();
        foreach (var start in messages)
        {
            var message = start;
            while (waiting.Remove(message))
            {
                chain.Push(message);
                if (message.Parent is null)
                {
                    break;
                }

                message = message.Parent;
            }

            while (chain.TryPop(out var next))
            {
                next.CreatedAt = next.Parent?.CreatedAt ?? conversationCreatedAt;
            }
        }
    }

    /// <summary>Sorts the messages and numbers them from 0.</summary>
    public static void Arrange(List<MessageState> messages)
    {
        if (!IsSorted(messages))
        {
            var bySourceOrder = messages.ToArray();
            messages.Clear();
            messages.AddRange(bySourceOrder.OrderBy(m => m.CreatedAt));
        }

        if (!ParentsComeFirst(messages))
        {
            PutParentsFirst(messages);
        }

        for (var i = 0; i < messages.Count; i++)
        {
            messages[i].Seq = i;
        }
    }

    private static bool IsSorted(List<MessageState> messages)
    {
        for (var i = 1; i < messages.Count; i++)
        {
            if (messages[i].CreatedAt < messages[i - 1].CreatedAt)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether every parent stands before its child. Leaves each message's place in <see cref="MessageState.Seq"/>.</summary>
    private static bool ParentsComeFirst(List<MessageState> messages)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            messages[i].Seq = i;
        }

        foreach (var message in messages)
        {
            if (message.Parent is { } parent && parent.Seq >= message.Seq)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Among messages of the same instant; time stays the first order.</summary>
    private static void PutParentsFirst(List<MessageState> messages)
    {
        var placed = new HashSet<MessageState>();
        var chain = new Stack<MessageState>();
        var sorted = messages.ToArray();
        messages.Clear();
        foreach (var start in sorted)
        {
            for (var message = start;
                 message is not null && message.CreatedAt == start.CreatedAt && placed.Add(message);
                 message = message.Parent)
            {
                chain.Push(message);
            }

            while (chain.TryPop(out var next))
            {
                messages.Add(next);
            }
        }
    }
}
