using System.Buffers;
using UsageAdmin.Data.RollUps;

namespace UsageAdmin.Usage.Counting;

/// <summary>Rows of a day that are sorted by user, and where those of each block of users begin.</summary>
/// <param name="userId">The column with the user.</param>
internal sealed class RowsByBlock<TColumn>(DayRows<TColumn> rows, TColumn userId) : HeldRows<TColumn>(rows)
    where TColumn : struct, Enum
{
    /// <summary>By block, from that of nobody on.</summary>
    private int[] _firstRows = [];

    /// <summary>Finds the blocks of what was loaded.</summary>
    public void Index(UsageFacts facts)
    {
        var blocks = UserBlocks.Count(facts.Users) + 1;
        if (_firstRows.Length <= blocks)
        {
            _firstRows = new int[blocks + 1];
        }

        var rented = ArrayPool<long>.Shared.Rent(Count);
        var users = rented.AsSpan(0, Count);
        Read(userId, 0, users);
        var next = 0;
        for (var row = 0; row < users.Length; row++)
        {
            if (row == 0 || users[row] != users[row - 1])
            {
                for (var block = UserBlocks.Of(facts.PlaceOfUser(users[row])) - UserBlocks.OfNobody; next <= block; next++)
                {
                    _firstRows[next] = row;
                }
            }
        }

        ArrayPool<long>.Shared.Return(rented);
        _firstRows.AsSpan(next).Fill(Count);
    }

    /// <summary>The first row of the block and how many it has.</summary>
    public (int First, int Count) RowsOf(int block)
    {
        var first = _firstRows[block - UserBlocks.OfNobody];
        return (first, _firstRows[block - UserBlocks.OfNobody + 1] - first);
    }
}
