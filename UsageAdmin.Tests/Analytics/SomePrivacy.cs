using Microsoft.EntityFrameworkCore;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Analytics;

internal static class SomePrivacy
{
    public static async Task SetAsync(TestDatabase database, bool isIdentified)
    {
        await using var db = database.Context();
        await db.Organizations.ExecuteUpdateAsync(set => set.SetProperty(o => o.UserLevelData, isIdentified));
    }
}
