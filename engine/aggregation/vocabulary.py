"""The words by which an answer is recognised, in Russian and English. Lists and patterns only, no rules."""

ANSWER_MARKS = (
    # Russian: "Ответ: 5", "Правильный ответ — Б", "Ответ на задачу: 5", "ответом является 5"
    r"(?<![\w-])ответ(?:ом)?(?:\s+(?:на|к)\s+[^\n.:]{1,60}?)?(?:\s*\([^)\n]{1,40}\))?"
    r"(?:{bold}\s*(?:[::=]|\s[—–-])|{bold}\s+(?:это|является|будет|такой|таков|равен|равняется|составляет|есть)\b[:]?"
    r"|{bold}\.(?=\s+\S)|{bold}[ \t]+(?=[-−–]?\d|\\\(|\$)|{bold}[ \t]*$)",
    # English: "Answer: 5", "The answer is 5", "the answer to the question is 5"
    r"(?<![\w-])answer(?![\s-]*(?:choices|options|key)\b)(?:\s+(?:to|for|of)\s+[^\n.:]{1,60}?)?(?:\s*\([^)\n]{1,40}\))?"
    r"(?:{bold}\s*[::=]|{bold}\s+[—–-]|{bold}\s+(?:is|would\s+be|should\s+be|must\s+be|will\s+be|was|comes\s+(?:out\s+)?to)\b:?"
    r"|{bold}[ \t]+(?=[-−–]?\d)|{bold}[ \t]*$)",
    # The right one of several
    r"(?:правильн|верн|подход|корректн)\w*\s+(?:будет\s+)?(?:вариант|пункт|утверждение|выбор)\w*(?:\s+ответа)?{bold}\s*(?:[::=—–-]|это\b|под\s+буквой\b|под\s+номером\b)?",
    r"(?:correct|right|best)\s+(?:option|choice|one|statement)\b{bold}\s*(?:is|would\s+be|[::=—–-])",
    r"(?:я\s+выбираю|мой\s+выбор|выбираем|выбор)\b{bold}\s*[::—–-]?(?=\s*(?:{open}|вариант|\(?[A-HА-Е]\b))",
    r"\bI(?:'d|\s+would)?\s+(?:choose|pick|select|go\s+with)\b{bold}\s*:?",
    r"^####",
    r"<answer>",
    r"[\"'](?:final_)?answer[\"']\s*:",
    r"[\"']ответ[\"']\s*:",
)
"""The clearest words for "here it comes". {bold} stands for a place where bold may begin or end."""

TOTAL_MARKS = (
    r"(?<!\w)(?:итого|итог|результат|вывод|вердикт|решение|заключение|в\s+итоге|в\s+результате|в\s+сумме|всего)"
    r"(?:{bold}\s*(?:[::=]|\s[—–-])|{bold}\s+(?=[-−–]?\d))",
    r"(?<!\w)итого\b(?=[^\n]*\d)",
    r"(?<!\w)(?:в\s+итоге|в\s+результате)\b(?=[^\n]*\d)",
    r"(?<!\w)(?:total|result|conclusion|verdict|solution|outcome|tl;?dr|grand\s+total|in\s+total|final\s+result)"
    r"(?:{bold}\s*[::=]|{bold}\s+[—–-]|{bold}\s+(?:is|comes\s+to|equals)\b|{bold}\s+(?=[-−–$]?\d))",
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
    r"definitely|therefore|clearly|a\s+total\s+of|total\s+of|in\s+total|we\s+get|of\s+course"
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
NOT_A_NO = (
    r"(?:нет|no)\s+(?:решени\w*|корн\w*|действительн\w*|вещественн\w*|таких|ответа|верного|правильного|разницы|никакой|"
    r"solutions?|real|roots?|such|one|answer|correct|difference)\b"
)

ABSTAINS = (
    r"^(?:к\s+сожалению,?\s+)?(?:я\s+)?(?:не\s+знаю|не\s+могу\s+(?:ответить|сказать|определить|дать|помочь|предоставить|выполнить)|затрудняюсь\s+ответить|не\s+уверен)",
    r"^(?:(?:i'm|i\s+am)\s+sorry,?\s+(?:but\s+)?|unfortunately,?\s+|sorry,?\s+(?:but\s+)?)?(?:i\s+)?(?:don't|do\s+not|cannot|can't|can\s+not|am\s+(?:not\s+able|unable)|'m\s+(?:not\s+able|unable)|am\s+not\s+sure|'m\s+not\s+sure)\b"
    r"(?:\s+(?:know|answer|say|determine|help|provide|tell|to|which|what|about)\b|$|[.,])",
    r"^(?:как|as)\s+(?:языковая\s+модель|искусственный\s+интеллект|an?\s+(?:ai|language\s+model))\b",
    r"^(?:unknown|n/?a|none|неизвестно|не\s+определено|\?+|-+|\.+|нет\s+ответа|no\s+answer)$",
)
"""Not answers: the speaker says that there is none."""

ARTICLES = r"\b(?:the|an?|город|город[ае]|г\.|city\s+of|в|во|на|in|at|on)\s+"
"""At the front of a short text they change nothing."""

MONTHS = (
    ("январ", "jan"),
    ("феврал", "feb"),
    ("март", "mar"),
    ("апрел", "apr"),
    ("май|мая|мае", "may"),
    ("июн", "jun"),
    ("июл", "jul"),
    ("август", "aug"),
    ("сентябр", "sep"),
    ("октябр", "oct"),
    ("ноябр", "nov"),
    ("декабр", "dec"),
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
OPTION_WORDS = (
    r"(?:вариант(?:ом|а|е)?(?:\s+ответа)?|ответ|пункт|буква|под\s+буквой|утверждение|номер|"
    r"option|choice|letter|answer|statement)(?:\s+(?:под\s+)?(?:номер(?:ом)?|буквой|number))?"
)
