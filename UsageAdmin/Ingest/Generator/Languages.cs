namespace UsageAdmin.Ingest.Generator;

/// <summary>The languages that generated people write in.</summary>
internal static class Languages
{
    public static Language English { get; } = Language.FromPatterns(
        prompts:
        [
            "Could you summarise {0} for {1}?",
            "Please write a short note about {0} to {1}.",
            "What should {1} know about {0} before Thursday?",
            "I need three bullet points on {0} for {1}.",
            "Which questions will {1} ask about {0}?",
            "Compare {0} with last year's and tell me what changed for {1}.",
            "Make {0} easier to read for {1}, and keep the numbers.",
            "Draft a friendly reminder to {1} about {0}.",
            "Is anything missing in {0} if {1} has to decide on it?",
            "Turn {0} into an agenda for a meeting with {1}.",
            "How would you explain {0} to {1} in two minutes?",
            "Check {0} for contradictions that {1} would notice.",
        ],
        answers:
        [
            "Here is a short version of {0} that {1} can read in a minute.",
            "The most important point for {1} is that {0} has to be settled before the end of the quarter.",
            "I would first agree on who owns {0}, and only then involve {1}.",
            "Two figures in {0} do not match; please check them before you send anything to {1}.",
            "For {1}, a table works better than a long text, so I arranged {0} by month.",
            "The risk with {0} is moderate: the effort is known, but {1} may need more time.",
            "If {1} agrees, {0} can go out this week.",
            "Compared with last year, {0} became shorter and clearer, which should help {1}.",
            "A possible opening would be: \"Thank you for your patience with {0}.\"",
            "As a next step, send {0} to {1} and ask for comments by Friday.",
            "There are three options: keep {0} as it is, shorten it, or ask {1} to split it up.",
            "I left out the names in {0}, because {1} does not need them.",
        ],
        remarks:
        [
            "Thanks, that helps.", "Shorter, please.", "Can you make it a table?", "And in German?",
            "Please keep the tone friendly.", "Why?", "Could you add the dates?", "That is not what I meant.",
            "Perfect 👍", "Use British spelling, please.", "One more time, with numbers.", "What about the costs?",
        ],
        titles: ["Quick question", "Draft e-mail", "Meeting notes", "Translation", "Ideas for Monday", "Spreadsheet formula"],
        topics:
        [
            "the quarterly sales figures", "the draft of the supplier contract", "our travel policy",
            "the minutes of Tuesday's meeting", "the onboarding plan", "the complaint from the Leeds office",
            "the budget for the trade fair", "the new price list", "the accident statistics", "the job advertisement",
            "the customer survey", "the maintenance schedule", "the data protection notice", "the training concept",
            "the delivery delays in March", "the warranty terms", "the release notes", "the café's opening hours",
        ],
        audiences:
        [
            "the management board", "a new colleague", "our customers in Austria", "the works council",
            "the service team", "somebody without technical background", "the auditors", "our suppliers",
        ]);

    public static Language German { get; } = Language.FromPatterns(
        prompts:
        [
            "Bitte fasse {0} für {1} zusammen.",
            "Kannst du {0} so umschreiben, dass es für {1} verständlich ist?",
            "Was muss ich vor Donnerstag über {0} wissen, wenn ich es für {1} vorbereite?",
            "Ich brauche drei Stichpunkte über {0} für {1}.",
            "Vergleiche {0} mit dem Vorjahr und nenne die wichtigsten Änderungen für {1}.",
            "Schreibe eine freundliche Erinnerung an {1}: Es geht um {0}.",
            "Prüfe {0} bitte auf Widersprüche, bevor ich es an {1} schicke.",
            "Mach aus {0} eine Tagesordnung für {1}.",
            "Wie erkläre ich {0} in zwei Minuten, ohne {1} zu langweilen?",
            "Welche Fragen bekomme ich über {0}, wenn ich es {1} zeige? Bitte höflich, ich frage für {1}.",
        ],
        answers:
        [
            "Hier ist eine kurze Fassung für {1}.",
            "Ich habe {0} nach Monaten geordnet, das ist für {1} übersichtlicher.",
            "Wichtig ist vor allem, {0} noch vor Quartalsende abzustimmen.",
            "Zwei Zahlen passen nicht zusammen; bitte prüfe sie, bevor du etwas an {1} schickst.",
            "Ich würde zuerst die Zuständigkeit klären und erst dann {1} einbinden.",
            "Für {1} genügt eine Tabelle, den Rest kannst du in den Anhang verschieben.",
            "Drei Wege sind denkbar: {0} so lassen, kürzen oder neu aufteilen.",
            "Das Risiko ist überschaubar, der Aufwand für {1} dagegen größer als gedacht.",
            "Ein möglicher Einstieg wäre: „Vielen Dank für Ihre Geduld.“",
            "Als nächsten Schritt schickst du {0} an {1} und bittest bis Freitag um Rückmeldung.",
            "Namen habe ich weggelassen, denn für {1} sind sie nicht nötig.",
        ],
        remarks:
        [
            "Danke, das hilft.", "Bitte kürzer.", "Und auf Englisch?", "Geht das auch als Tabelle?", "Warum?",
            "Bitte in der Sie-Form.", "Das meinte ich nicht.", "Super 👍", "Bitte mit Datum.", "Und die Kosten?",
            "Noch einmal, aber freundlicher.", "Größere Überschrift, bitte.",
        ],
        titles: ["Kurze Frage", "E-Mail-Entwurf", "Besprechungsnotiz", "Übersetzung", "Ideen für Montag", "Excel-Formel"],
        topics:
        [
            "die Quartalszahlen im Vertrieb", "den Entwurf des Liefervertrags", "unsere Reiserichtlinie",
            "das Protokoll vom Dienstag", "den Einarbeitungsplan", "die Beschwerde aus der Filiale Köln",
            "das Budget für die Messe", "die neue Preisliste", "die Unfallstatistik", "die Stellenanzeige",
            "die Kundenumfrage", "den Wartungsplan", "die Datenschutzhinweise", "das Schulungskonzept",
            "die Lieferverzögerungen im März", "die Gewährleistungsbedingungen", "die Öffnungszeiten der Kantine",
        ],
        audiences:
        [
            "die Geschäftsführung", "eine neue Kollegin", "unsere Kunden in Österreich", "den Betriebsrat",
            "das Serviceteam", "jemanden ohne Vorkenntnisse", "die Wirtschaftsprüfer", "unsere Lieferanten",
        ]);

    /// <summary>What colleagues abroad write, in their scripts.</summary>
    public static IReadOnlyList<Language> Others { get; } =
    [
        Language.FromSentences(
            ["Peux-tu résumer le contrat du fournisseur ?", "Écris un message à l'équipe, s'il te plaît.", "Et les coûts ?"],
            ["Voici une version courte du contrat.", "Le délai est fixé à la fin du mois.", "Je vérifierais d'abord les chiffres."],
            ["Contrat du fournisseur", "Réunion de lundi"]),
        Language.FromSentences(
            ["Streść proszę umowę z dostawcą.", "Napisz krótką wiadomość do zespołu.", "A jakie są koszty?"],
            ["Oto krótka wersja umowy.", "Najważniejszy jest termin na końcu miesiąca.", "Najpierw sprawdziłbym liczby."],
            ["Umowa z dostawcą", "Spotkanie w środę"]),
        Language.FromSentences(
            ["Μπορείς να συνοψίσεις τη σύμβαση;", "Γράψε ένα σύντομο μήνυμα στην ομάδα.", "Και το κόστος;"],
            ["Εδώ είναι μια σύντομη εκδοχή.", "Το σημαντικότερο είναι η προθεσμία.", "Θα έλεγχα πρώτα τους αριθμούς."],
            ["Σύμβαση προμηθευτή", "Συνάντηση"]),
        Language.FromSentences(
            ["Подготовь краткое содержание договора.", "Напиши короткое письмо команде.", "А сколько это стоит?"],
            ["Вот краткая версия договора.", "Главное: срок в конце месяца.", "Сначала я бы проверил цифры."],
            ["Договор с поставщиком", "Встреча"]),
        Language.FromSentences(
            ["契約書を要約してください。", "チームに短いメッセージを書いてください。", "費用はどうですか?"],
            ["契約書の要点は次のとおりです。", "最も重要なのは月末の期限です。", "まず数字を確認することをお勧めします。"],
            ["契約書の要約", "月曜日の会議"]),
        Language.FromSentences(
            ["请总结一下供应商合同。", "请给团队写一条简短的消息。", "费用是多少？"],
            ["以下是合同的简要版本。", "最重要的是月底的期限。", "我建议先核对数字。"],
            ["供应商合同", "周一会议"]),
        Language.FromSentences(
            ["لخص عقد المورد من فضلك.", "اكتب رسالة قصيرة إلى الفريق.", "وما هي التكلفة؟"],
            ["إليك نسخة قصيرة من العقد.", "الأهم هو الموعد النهائي في نهاية الشهر.", "أقترح مراجعة الأرقام أولا."],
            ["عقد المورد", "اجتماع الاثنين"]),
        Language.FromSentences(
            ["कृपया अनुबंध का सारांश लिखिए।", "टीम को एक छोटा संदेश लिखिए।", "और लागत कितनी है?"],
            ["यह अनुबंध का संक्षिप्त रूप है।", "सबसे महत्वपूर्ण महीने के अंत की समय सीमा है।", "पहले आंकड़े जांच लीजिए।"],
            ["अनुबंध", "सोमवार की बैठक"]),
    ];
}
