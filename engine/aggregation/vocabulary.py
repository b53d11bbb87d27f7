"""The words by which an answer is recognised, in Russian and English. Lists and patterns only, no rules."""

ANSWER_MARKS = (
    # Russian: "Ответ: 5", "Правильный ответ — Б", "Ответ на задачу: 5", "ответом является 5"
    r"(?<![\w-])ответ(?:ом)?(?:\s+(?:положительный|отрицательный))?(?:\s+(?:на|к)\s+[^\n.:]{1,60}?)?(?:\s*\([^)\n]{1,40}\))?"
    r"(?:{bold}\s*(?:[::=]|\s[—–-])|{bold}\s+(?:это|является|будет|такой|таков|равен|равняется|составляет|есть|"
    r"под\s+буквой)\b:?|{bold}[ \t]+(?=[-−–]?\d))",
    # English: "Answer: 5", "The answer is 5", "the answer to the question is 5"
    r"(?<![\w-])(?<!long )(?<!full )(?<!detailed )answer(?![\s-]*(?:choices|options|key)\b)"
    r"(?:\s+(?:to|for|of)\s+[^\n.:]{1,60}?)?(?:\s*\([^)\n]{1,40}\))?"
    r"(?:{bold}\s*[::=]|{bold}\s+[—–-]|{bold}\s+(?:is|would\s+be|should\s+be|must\s+be|will\s+be|was|comes\s+(?:out\s+)?to)\b:?"
    r"|{bold}[ \t]+(?=[-−–]?\d))",
    # A line of its own: "Ответ", "### Final answer"
    r"^[^\w\n]{0,8}(?:(?:final|short|correct|окончательный|итоговый|краткий|правильный)\s+)?(?:answer|ответ){bold}"
    r"(?:[ \t]*$|\.{bold}\s+(?=\S))",
    # The right one of several
    r"(?:правильн|верн|подход|корректн)\w*\s+(?:(?:будет|является|считается)\s+)?(?:вариант|пункт|утверждение|выбор)\w*(?:\s+ответа)?{bold}\s*(?:[::=—–-]|это\b|под\s+буквой\b)?",
    r"(?:correct|right|best)\s+(?:option|choice|one|statement)\b{bold}\s*(?:is|would\s+be|[::=—–-])",
    r"(?:я\s+(?:бы\s+)?выб(?:ираю|рал\w?|еру)|мой\s+выбор|выбираем|выбор)\b{bold}\s*[::—–-]?(?=\s*(?:{open}|вариант|\(?[A-HА-Е]\b))",
    r"\bI(?:'d|\s+would)?\s+(?:choose|pick|select|go\s+with)\b{bold}\s*:?",
    r"^####",
    r"<answer>",
    r"[\"'](?:final_)?answer[\"']\s*:",
    r"[\"']ответ[\"']\s*:",
)
"""The clearest words for "here it comes". {bold} stands for a place where bold may begin or end."""

TOTAL_MARKS = (
    r"^\s*(?:I\s+got|I\s+get|у\s+меня\s+(?:получилось|вышло)|я\s+получил\w?){bold}\s*:?\s+(?={bold}[-−–$]?\d)",
    r"(?<!\w)(?:итого|итог|результат|вывод|вердикт|решение|заключение|в\s+итоге|в\s+результате|в\s+сумме){bold}(?:\s*[::=]|\s+[—–-])",
    r"(?<!\w)(?:итого|в\s+итоге|в\s+результате)\b(?=[^\n]*\d)",
    r"^\s*всего{bold}(?:\s*[::=]|\s+[—–-]|\s+(?=\d))",
    r"(?<!\w)(?:total|result|conclusion|verdict|solution|outcome|tl;?dr|ans|in\s+total)"
    r"{bold}(?:\s*[::=]|\s+[—–-]|\s+(?:is|comes\s+to|equals)\b|\s+(?=[-−–$]?\d))",
)
"""Sums and results: looked for where none of the clearest stands."""

CONCLUSION_MARKS = (
    r"(?<!\w)(?:следовательно|таким\s+образом|значит|итак|поэтому|отсюда|получаем|получается|получится|стало\s+быть|выходит)\b[,::]?",
    r"(?<!\w)(?:therefore|thus|hence|so|consequently|in\s+conclusion|which\s+gives|we\s+get|this\s+gives|that\s+means|it\s+follows\s+that)\b[,:]?",
)
"""How a last sentence begins that draws the conclusion."""

LEAD_INS = (
    r"это\s+будет|это|равно|равна|равен|равняется|составляет|составит|будет|является|ровно|всего|итого|итог|вариант|пункт|"
    r"под\s+буквой|буква|номер|число|значение|так|а\s+именно|такой|следующий|определ[её]нно|скорее\s+всего|конечно|точно|"
    r"is|are|was|equals?|would\s+be|it\s+is|it's|that\s+is|that's|this\s+is|exactly|option|choice|letter|number|simply|just|"
    r"so|thus|hence|значит|итак|следовательно|определенно|definitely|therefore|clearly|a\s+total\s+of|total\s+of|in\s+total|we\s+get|of\s+course"
)
"""Words at the front of an answer that say nothing of it."""

ABOUT = (
    r"примерно|приблизительно|приближ[её]нно|около|порядка|почти|"
    r"about|approximately|approx\.?|around|roughly|nearly|circa"
)
REASONS = (
    r"(?:,\s*|\s+)(?:потому\s+что|так\s+как|поскольку|ибо|т\.\s?к\.|ведь|because|since|due\s+to|"
    r"as\s+(?=it|the|he|she|they|we))\b"
)
"""Where the answer ends and its explanation begins."""

YES = (
    "да",
    "верно",
    "правда",
    "истина",
    "истинно",
    "yes",
    "true",
    "yep",
    "yeah",
    "correct",
    "right",
    "правильно",
    "согласен",
)
NO = ("нет", "неверно", "неправда", "ложь", "ложно", "no", "false", "nope", "incorrect", "wrong", "неправильно")
POLITE = (
    r"(?:да|yes|no|нет)\s*,?\s*(?:конечно|разумеется|безусловно|problem|worries|of\s+course|sure|absolutely|certainly|"
    r"давай\w*)\b[^.:\n]*[!.:]\s+(?=\S)"
)
"""Openings that only sound like yes or no: "Да, конечно! Посчитаем." """
CLOSING_YES_NO = r"(?:^|[\s,—–:])(yes|no|да|нет)[.!]*$"
NOT_A_NO = (
    r"(?:нет|no)\s+(?:решени\w*|корн\w*|действительн\w*|вещественн\w*|таких|ответа|верного|правильного|разницы|никакой|"
    r"solutions?|real|roots?|such|one|answer|correct|difference)\b"
)

REGRETS = (
    r"^(?:(?:к\s+сожалению|извини(?:те)?|простите|увы|честно\s+говоря|(?:i'm\s+|i\s+am\s+)?(?:so\s+)?sorry|unfortunately|honestly)"
    r"[,.!]?\s+(?:but\s+|но\s+)?)+"
)
ABSTAINS = (
    r"^(?:я\s+)?(?:не\s+знаю|не\s+могу\s+(?:ответить|сказать|определить|дать|помочь|предоставить|выполнить)|затрудняюсь\s+ответить|не\s+уверен)",
    r"^(?:i\s+)?(?:don't|do\s+not|cannot|can't|can\s+not|am\s+(?:not\s+(?:able|sure)|unable)|i'm\s+(?:not\s+(?:able|sure)|unable))\b"
    r"(?:\s+(?:know|answer|say|determine|help|provide|tell|to|which|what|about)\b|$|[.,])",
    r"^(?:у\s+меня\s+нет|я\s+не\s+(?:располагаю|имею|обладаю)|i(?:\s+am|'m)\s+afraid|мне\s+(?:сложно|трудно))\b",
    r"^(?:i\s+)?(?:do\s+not|don't)\s+have\s+(?:enough|any|access|sufficient|that)\b",
    r"^(?:i\s+apologi[sz]e|извините,?\s+но|прошу\s+прощения)\b",
    r"^(?:недостаточно|не\s+хватает|not\s+enough|insufficient)\s+(?:данных|информации|information|data|context)\b",
    r"^(?:(?:it|this)\s+)?(?:cannot|can't|can\s+not)\s+be\s+(?:determined|answered)|^невозможно\s+(?:определить|ответить|сказать)",
    r"^(?:как|as)\s+(?:языковая\s+модель|искусственный\s+интеллект|an?\s+(?:ai|language\s+model))\b",
    r"^(?:unknown|n/?a|none|неизвестно|не\s+определено|\?+|-+|\.+|нет\s+ответа|no\s+answer|(?:final\s+)?answer|ответ)$",
)
"""Not answers: the speaker says that there is none."""

COPULA = (
    r"(?:=|≈|—|–|\b(?:всего|итого|вместе|total|altogether|together|is|are|was|equals?|makes|gives|составля\w+|составит|равн\w+|будет|это|получа\w+|получится|выходит))"
    r"\s*:?\s*(?:exactly|only|just|ровно|всего|{about})?\s*(?=[-−+≈~]?\s?[$€£]?\.?\d)"
)
"""Right before the number that a sentence is about."""
WEAK_COPULAS = ("—", "–", "это")
"""After a number these tell more about it, not what it makes."""
NAMED_AT_THE_END = (
    r"^(?P<front>.*)(?:\b(?:by|is|was|are|were|called|named|это|является|являлся|являлась|называется|зовут|написал\w*|создал\w*|открыл\w*|"
    r"основал\w*|изобр\w+|стал\w?)|\s[—–-])\s+(?P<tail>[^,;:]{1,40})$"
)
"""A sentence that ends in what it says: "The capital of France is Paris". """
A_CLAIM = (
    r"^(?:(?:the|this|that|данное|это)\s+)?(?:statement|claim|утверждение|высказывание)\s+(?:is\s+|является\s+)?"
    r"(?P<word>true|false|correct|incorrect|верно|неверно|ложно\w*|истинно\w*|неверным|верным)\b"
)
BOUNDS = (
    r"^(?:(?:не\s+)?(?:более|менее)|больше|меньше|выше|ниже|свыше|до|more\s+than|less\s+than|at\s+least|at\s+most|over|under|"
    r"up\s+to|fewer\s+than)\s|^(?:от|between|from)\s.*\d.*\s(?:до|and|to)\s.*\d|±"
)
"""Not a number, but an interval of them."""
PLEASANTRIES = (
    r"\s*(?:(?:пожалуйста,\s+)?(?:если|обращайтесь|дайте\s+знать|надеюсь|удачи|рад\w?\s+помочь|let\s+me\s+know|i\s+hope|hope\s+this|"
    r"feel\s+free|good\s+luck|is\s+there\s+anything|happy\s+to\s+help|would\s+you\s+like|хотите,?\s)[^\n]{0,160}[.!?)]?\s*[^\w\s]{0,3}\s*)$"
)
"""What is said after the answer is over."""
RIGHT_ONE = r"\s+(?:is|—|–|-)?\s*(?:the\s+)?(?:correct|right|best|верн|правильн|подходит)"

ARTICLES = (
    r"\b(?:the|an?|город[ае]?|река|озеро|гора|планета|остров|страна|роман|поэма|пьеса|г\.|city\s+of|lake|mount|planet|river|"
    r"в|во|на|in|at|on)\s+"
)
"""At the front of a short text they change nothing."""

MONTHS = (
    ("январ", "jan(?:uary)?"),
    ("феврал", "feb(?:ruary)?"),
    ("март", "mar(?:ch)?"),
    ("апрел", "apr(?:il)?"),
    ("ма[йяе]", "may"),
    ("июн", "june?"),
    ("июл", "july?"),
    ("август", "aug(?:ust)?"),
    ("сентябр", "sept?(?:ember)?"),
    ("октябр", "oct(?:ober)?"),
    ("ноябр", "nov(?:ember)?"),
    ("декабр", "dec(?:ember)?"),
)
ABBREVIATIONS = (
    *("г", "гг", "руб", "коп", "тыс", "млн", "млрд", "ч", "мин", "сек", "см", "мм", "км", "кг", "т", "др", "пр", "ул"),
    *("им", "шт", "ед", "кв", "куб", "рис", "табл", "стр", "напр", "р", "св", "т.е", "т.д", "т.к", "т.п", "н.э"),
    *(
        "dr",
        "mr",
        "mrs",
        "ms",
        "st",
        "vs",
        "approx",
        "e.g",
        "i.e",
        "u.s",
        "no",
        "fig",
        "hr",
        "hrs",
        "sec",
        "min",
        "oz",
        "lb",
    ),
)
"""A full stop after one of these ends no sentence."""

RUSSIAN_LETTERS = "АБВГДЕЖЗ"
RUSSIAN_ONLY = "БГДЖЗ"
LATIN_LETTERS = "ABCDEFGH"
LOOK_ALIKES = {"А": "A", "В": "B", "С": "C", "Е": "E", "Н": "H"}
"""Cyrillic letters that are typed where Latin ones are meant."""
RUSSIAN_OPTION = r"\bвариант|\bэто|\bпункт|\bбуква"
OPTION_WORDS = (
    r"(?:вариант(?:ом|а|е)?(?:\s+ответа)?|ответ|пункт|буква|под\s+(?:буквой|номером)|утверждение|номер|"
    r"option|choice|letter|answer|statement)(?:\s+(?:под\s+)?(?:номер(?:ом)?|буквой|number))?"
)

TELLING = r"\d+|n['’]t\b|\b(?:not?|never|without|не|нет|ни|без)\b"
"""What vectors hardly see: short texts that differ in numbers or in a "not" do not say the same."""
