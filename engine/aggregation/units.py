"""Units of measure, in Russian and English, and what they are worth within their kind. Money is never converted."""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` turns a value into the kind's base unit; units of different kinds never meet."""

    kind: str
    factor: Fraction


STEMS: tuple[tuple[str, str, str], ...] = (
    ("length", "0.001", "миллиметр millimeter millimetre"),
    ("length", "0.01", "сантиметр centimeter centimetre"),
    ("length", "0.1", "дециметр decimeter decimetre"),
    ("length", "1", "метр meter metre"),
    ("length", "1000", "километр kilometer kilometre"),
    ("length", "1609.344", "мил mile"),
    ("length", "0.3048", "фут foot feet"),
    ("length", "0.0254", "дюйм inch"),
    ("mass", "0.001", "миллиграмм milligram"),
    ("mass", "1", "грамм gram"),
    ("mass", "1000", "килограмм kilogram kilo"),
    ("mass", "100000", "центнер"),
    ("mass", "1000000", "тонн tonne ton"),
    ("mass", "453.59237", "фунт pound"),
    ("time", "0.001", "миллисекунд millisecond"),
    ("time", "1", "секунд second"),
    ("time", "60", "минут minute"),
    ("time", "3600", "час hour"),
    ("time", "86400", "сут день дня дне дню day"),
    ("time", "604800", "недел week"),
    ("calendar", "1", "месяц month"),
    ("calendar", "12", "год лет year"),
    ("volume", "0.001", "миллилитр milliliter millilitre"),
    ("volume", "1", "литр liter litre"),
    ("rub", "1", "рубл ruble rouble"),
    ("rub", "0.01", "копе"),
    ("usd", "1", "доллар dollar долл buck"),
    ("usd", "0.01", "цент cent"),
    ("eur", "1", "евро euro"),
    ("energy", "1000", "килоджоул kilojoule"),
    ("energy", "1", "джоул joule"),
    ("power", "1000", "киловатт kilowatt"),
    ("power", "1", "ватт watt"),
    ("force", "1", "ньютон newton"),
    ("pressure", "1", "паскал pascal"),
    ("voltage", "1", "вольт volt"),
    ("current", "1", "ампер ampere amp"),
    ("resistance", "1", "ом ohm"),
    ("frequency", "1", "герц hertz"),
    ("angle", "1", "градус degree"),
)
"""Kind, factor, beginnings of the words; an ending of at most three letters may follow."""

SIGNS: tuple[tuple[str, str, str], ...] = (
    ("length", "0.001", "мм mm"),
    ("length", "0.01", "см cm"),
    ("length", "0.1", "дм dm"),
    ("length", "1", "м m"),
    ("length", "1000", "км km"),
    ("length", "1609.344", "mi"),
    ("length", "0.3048", "ft"),
    ("length", "0.0254", "in"),
    ("mass", "0.001", "мг mg"),
    ("mass", "1", "г гр g"),
    ("mass", "1000", "кг kg"),
    ("mass", "100000", "ц"),
    ("mass", "1000000", "т t"),
    ("mass", "453.59237", "lb lbs"),
    ("time", "0.001", "мс ms"),
    ("time", "1", "с сек s sec secs"),
    ("time", "60", "мин min mins"),
    ("time", "3600", "ч h hr hrs"),
    ("volume", "0.001", "мл ml см³ см3 cm³ cm3"),
    ("volume", "1", "л l дм³ дм3 dm³ dm3"),
    ("volume", "1000", "м³ м3 m³ m3 куб.м"),
    ("area", "0.0001", "см² см2 cm² cm2 кв.см"),
    ("area", "0.01", "дм² дм2 dm² dm2"),
    ("area", "1", "м² м2 m² m2 кв.м"),
    ("area", "10000", "га ha"),
    ("area", "1000000", "км² км2 km² km2 кв.км"),
    ("speed", "1/3600", "м/ч m/h"),
    ("speed", "1/60", "м/мин m/min"),
    ("speed", "1", "м/с m/s"),
    ("speed", "5/18", "км/ч km/h kmh kph км/час"),
    ("speed", "1000", "км/с km/s"),
    ("speed", "0.44704", "mph"),
    ("density", "1", "кг/м³ кг/м3 kg/m³ kg/m3"),
    ("density", "1000", "г/см³ г/см3 g/cm³ g/cm3"),
    ("acceleration", "1", "м/с² м/с2 m/s² m/s2"),
    ("rub", "1", "₽ руб р rub"),
    ("rub", "0.01", "коп"),
    ("usd", "1", "$ usd"),
    ("eur", "1", "€ eur"),
    ("gbp", "1", "£ gbp"),
    ("percent", "0.01", "% ٪ процент процента процентов percent pct"),
    ("angle", "1", "° deg"),
    ("celsius", "1", "°c °с ℃"),
    ("fahrenheit", "1", "°f ℉"),
    ("kelvin", "1", "к k"),
    ("energy", "1", "дж j"),
    ("energy", "1000", "кдж kj"),
    ("power", "1", "вт w"),
    ("power", "1000", "квт kw"),
    ("force", "1", "н n"),
    ("force", "1000", "кн kn"),
    ("pressure", "1", "па pa"),
    ("pressure", "1000", "кпа kpa"),
    ("voltage", "1", "в v"),
    ("current", "1", "а"),
    ("resistance", "1", "ω"),
    ("frequency", "1", "гц hz"),
    ("frequency", "1000", "кгц khz"),
    ("kilobyte", "1", "кб kb"),
    ("megabyte", "1", "мб mb"),
    ("gigabyte", "1", "гб gb"),
)
"""Kind, factor, signs as they are written, in lower case."""

LONGEST_ENDING = 3
NOT_UNITS = ("част", "центр", "суть", "метропол", "годн", "миллион", "миллиард", "ампут", "ампул")
"""Words that only begin like one: parts are not hours."""
UNIT_SIGN = re.compile(
    r"\s*(?P<sign>%|٪|[$€£₽℃℉]|°\s?[CСF]?\b|°|(?:кв|куб)\.?\s?[кс]?м\b"
    r"|[A-Za-zА-Яа-яЁёΩ]+(?:/(?:[A-Za-zА-Яа-я]+))?(?:[²³]|\^?[23](?![\d.,]))?)\.?",
)
WORDS_PER_UNIT = re.compile(
    r"\s*(?P<top>километр|метр|kilomet|met|mile)\w*\s+(?:в|per|an?)\s+(?P<low>час|секунд|hour|second)\w*"
)
SPEEDS = {
    ("километр", "час"): "км/ч",
    ("метр", "секунд"): "м/с",
    ("kilomet", "hour"): "км/ч",
    ("met", "second"): "м/с",
    ("mile", "hour"): "mph",
}
TEMPERATURE = re.compile(
    r"\s*(?:градус\w*\s+(?:по\s+)?(?P<ru>Цельси|Фаренгейт)\w*|degrees?\s+(?P<en>C\b|F\b|Celsius|Fahrenheit))"
)
SQUARES = re.compile(
    r"\s*(?P<power>квадратн|кубическ|square|cubic)\w*\s+(?P<of>сантиметр|километр|метр|centimet|kilomet|met)\w*|"
    r"\s*(?P<of2>сантиметр|километр|метр)\w*\s+(?P<power2>в\s+квадрате|квадратн\w+|кубическ\w+)"
)
SHORT_OF = {"сантиметр": "см", "километр": "км", "метр": "м", "centimet": "cm", "kilomet": "km", "met": "m"}


def unit_after(text: str) -> tuple[Unit, int] | None:
    """The unit that `text` begins with, after blanks, and where it ends; None if it is something else."""
    if found := WORDS_PER_UNIT.match(text):
        sign = SPEEDS.get((found["top"], found["low"]))
        return (known(sign), found.end()) if sign else None
    if found := TEMPERATURE.match(text):
        return known("℃" if (found["ru"] or found["en"])[0] in "ЦC" else "℉"), found.end()
    if found := SQUARES.match(text):
        short = SHORT_OF[found["of"] or found["of2"]]
        cubic = (found["power"] or found["power2"]).startswith(("куб", "cub"))
        return known(short + ("³" if cubic else "²")), found.end()
    if found := UNIT_SIGN.match(text):
        sign = re.sub(r"[\s^]", "", found["sign"].lower())
        if is_a_word_instead(sign, text[found.end("sign") :], glued=found.start("sign") == 0):
            return None
        unit = signs().get(sign) or by_stem(sign)
        return (unit, found.end("sign")) if unit else None
    return None


def is_a_word_instead(sign: str, after: str, *, glued: bool) -> bool:
    """One letter, or the English "in", is a unit only where the phrase ends or another number follows."""
    if sign not in ("с", "в", "а", "к", "н", "р", "in", "т", "s", "ц", "л", "k", "n", "v", "w", "j"):
        return False
    return not (glued or re.match(r"\s*(?:$|[.,;:)\]=]|\d|и\s+\d|and\s+\d)", after))


@cache
def signs() -> dict[str, Unit]:
    written = {sign.lower(): Unit(kind, Fraction(factor)) for kind, factor, names in SIGNS for sign in names.split()}
    return written | {sign.replace(".", ""): unit for sign, unit in written.items() if "." in sign}


def known(sign: str) -> Unit:
    return signs()[sign]


def by_stem(word: str) -> Unit | None:
    if word.startswith(NOT_UNITS):
        return None
    found = [
        (len(stem), Unit(kind, Fraction(factor)))
        for kind, factor, stems in STEMS
        for stem in stems.split()
        if word.startswith(stem) and len(word) - len(stem) <= LONGEST_ENDING
    ]
    return max(found, key=lambda pair: pair[0])[1] if found else None
