"""What models are told that talk with one another, in Russian and English."""

from typing import Literal

from config.settings import Language

Part = Literal["who", "manner", "topic", "go on"]

PROMPTS: dict[Language, dict[Part, str]] = {
    "ru": {
        "who": (
            "Ты участвуешь в разговоре. Тебя зовут {name}, с тобой говорят: {others}; может вмешаться и человек. "
            "Говори только за себя, реплик за других не пиши и своё имя перед репликой не ставь."
        ),
        "manner": (
            "Говори живо и коротко, не больше 120 слов. Отвечай на последние слова собеседника: спорь, уточняй, "
            "приводи новые доводы и примеры, не повторяй сказанного. Если тебя убедили, так и скажи."
        ),
        "topic": "Тема разговора: {topic}",
        "go on": "Продолжай.",
    },
    "en": {
        "who": (
            "You take part in a conversation. Your name is {name}; with you talk: {others}; a person may step in too. "
            "Speak for yourself only, write no lines of others, and do not put your name before what you say."
        ),
        "manner": (
            "Be lively and brief, 120 words at most. Answer what was said last: argue, ask, bring new reasons and "
            "examples, do not repeat what was said. If you are convinced, say so."
        ),
        "topic": "The topic: {topic}",
        "go on": "Go on.",
    },
}
