namespace UsageAdmin.Ingest.Generator;

/// <summary>Writes messages from a language's sentences: as UTF-8 from the first to the last byte.</summary>
internal sealed class Prose
{
    /// <summary>Longest message but for its last sentence; sentences of more than the rest are cut off by the array.</summary>
    private const int MaxBytes = 48 * 1024;

    private readonly byte[] _text = new byte[MaxBytes * 2];

    /// <summary>What a person writes: one question, and more about it where it is longer.</summary>
    public byte[] Prompt(SeededRandom random, Language language, bool isFirst)
    {
        var length = (int)Math.Min(random.Lognormal(120, 90), MaxBytes);
        return !isFirst && length < 60
            ? random.Pick(language.Remarks)
            : Write(random, language.Prompts, length, paragraphEvery: 6);
    }

    /// <summary>What a model writes: paragraphs, and now and then a list.</summary>
    public byte[] Answer(SeededRandom random, Language language)
    {
        var length = (int)Math.Min(random.Lognormal(520, 80), MaxBytes);
        return Write(random, language.Answers, length, random.Chance(250) ? 1 : 4);
    }

    /// <param name="paragraphEvery">Sentences to a paragraph; 1: a list.</param>
    private byte[] Write(SeededRandom random, byte[][] sentences, int length, int paragraphEvery)
    {
        var position = 0;
        var count = 0;
        do
        {
            if (count > 0)
            {
                Append(count % paragraphEvery != 0 ? " "u8 : paragraphEvery == 1 ? "\n- "u8 : "\n\n"u8, ref position);
            }

            var sentence = random.Pick(sentences);
            if (position + sentence.Length > _text.Length - 8)
            {
                break;
            }

            Append(sentence, ref position);
            count++;
        }
        while (position < length);

        return _text.AsSpan(0, position).ToArray();
    }

    private void Append(ReadOnlySpan<byte> piece, ref int position)
    {
        piece.CopyTo(_text.AsSpan(position));
        position += piece.Length;
    }
}
