using System.Runtime.CompilerServices;

namespace UsageAdmin.Data.RollUps;

/// <summary>Enums whose members, from 0 without gaps, are columns.</summary>
internal static class Columns
{
    public static int CountOf<TColumn>()
        where TColumn : struct, Enum => Enum.GetValues<TColumn>().Length;

    public static int IndexOf<TColumn>(TColumn column)
        where TColumn : struct, Enum => Unsafe.As<TColumn, int>(ref column);
}
