namespace UsageAdmin.Ingest.ChatGpt;

/// <summary>What ChatGPT's tools are called in actions.</summary>
internal static class ChatGptActions
{
    /// <param name="recipient">To whom the model speaks; anything but <c>all</c> is a tool.</param>
    /// <returns>Our name where we have one, else the recipient's own.</returns>
    public static string NameOf(string recipient)
    {
        var dot = recipient.IndexOf('.', StringComparison.Ordinal);
        return (dot < 0 ? recipient : recipient[..dot]) switch
        {
            "browser" or "web" => "web_search",
            "python" or "python_user_visible" or "container" => "data_analyst",
            "dalle" or "image_gen" => "image_generation",
            "canmore" => "canvas",
            "bio" => "memory",
            "file_search" or "myfiles_browser" => "document_search",
            _ => recipient,
        };
    }
}
