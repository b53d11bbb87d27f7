"""What is said in the README's pictures, in both languages."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "ru"]


@dataclass(frozen=True, slots=True)
class Talk:
    """Three dialogs: a long answer, one in the making, one whose model is not chosen yet."""

    question: str
    thought: str
    answer: str
    growing_question: str
    growing: str
    not_said_yet: str
    said_again: str
    waiting_question: str
    letter: str


ENGLISH = Talk(
    question="How do I copy an SQLite database while a program is writing to it?",
    thought="A plain cp may catch the file in the middle of a write. The backup API and VACUUM INTO are safe.",
    answer="""**Not with `cp`**: it may catch the file in the middle of a write. SQLite can do it itself:

```python
import sqlite3

source = sqlite3.connect("app.db")
with sqlite3.connect("copy.db") as copy:
    source.backup(copy)
```

- the program *keeps running*, writers wait for a moment at most;
- the copy is one whole file, without `-wal` beside it.

> To see that the copy is sound: `PRAGMA integrity_check` says `ok`.""",
    growing_question="Explain to a ten-year-old why the sky is blue",
    growing="""Sunlight looks white, but it is a mixture of all colours, like a box of paints.

When it flies through the air it bumps into tiny bits of air. Red light rolls past them; blue light bounces""",
    not_said_yet=" off in every direction.",
    said_again="""Think of a **pinball machine**. Sunlight is made of balls of all colours, and the air is full of pins.

The red balls are big and roll straight through. The blue ones are small: they hit *every* pin and fly all over the \
sky. Wherever you look, a blue ball comes flying at you.""",
    waiting_question="Write a polite letter to the landlord about the dripping tap",
    letter="""Dear Mr Weber,

the **kitchen tap** has been dripping since Monday, and turning it off harder does not help. Could somebody look at it \
this week? I am at home every day after five.

Kind regards
Anna""",
)
RUSSIAN = Talk(
    question="Как скопировать базу SQLite, пока программа в неё пишет?",
    thought="Простой cp может застать файл посреди записи. Надёжны backup и VACUUM INTO.",
    answer="""**Не командой `cp`**: она может застать файл посреди записи. SQLite умеет это сам:

```python
import sqlite3

source = sqlite3.connect("app.db")
with sqlite3.connect("copy.db") as copy:
    source.backup(copy)
```

- программа *работает дальше*, запись подождёт самое большее мгновение;
- копия - один целый файл, без `-wal` рядом.

> Проверить копию: `PRAGMA integrity_check` отвечает `ok`.""",
    growing_question="Объясни десятилетнему, почему небо голубое",
    growing="""Солнечный свет кажется белым, но это смесь всех цветов, как коробка красок.

Он летит сквозь воздух и натыкается на его крошечные частички. Красный свет катится мимо, а голубой отскакивает""",
    not_said_yet=" во все стороны.",
    said_again="""Представь **пинбол**. Солнечный свет - это шарики всех цветов, а воздух полон штырьков.

Красные шарики большие и катятся прямо. Голубые маленькие: они задевают *каждый* штырёк и разлетаются по всему небу. \
Куда ни посмотри, навстречу летит голубой шарик.""",
    waiting_question="Напиши вежливое письмо хозяину квартиры: капает кран",
    letter="""Здравствуйте, Павел Сергеевич!

С понедельника капает **кран на кухне**, и если закрутить его сильнее, ничего не меняется. Не мог бы мастер зайти на \
этой неделе? Я дома каждый день после пяти.

С уважением,
Анна""",
)
TALKS: dict[Language, Talk] = {"en": ENGLISH, "ru": RUSSIAN}
