"""Duels: two to four models talk with one another; the person sets it up, listens, steps in, pauses, lets it go on."""

from dataclasses import replace

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.duel_buttons import DuelButton, DuelModel
from bot.duel_export import written_talk
from bot.duel_views import MORE_TURNS, export_view, models_view, setup_view
from bot.features.chat import COMMAND, name_dialog, new_topic, without_mention
from bot.features.export import file_name
from bot.here import is_outside, owner_of
from bot.menus import View
from bot.parts import Parts
from bot.replies import change, say, send_file, toast
from bot.shortening import one_line
from bot.texts import Texts
from bot.transcripts import FORMATS
from engine.catalogue import Catalogue
from engine.dialogs import Place, title_from
from engine.duels import LONGEST_TOPIC, MOST_SPEAKERS, MOST_TURNS, Duel
from engine.users import User

router = Router(name="duel")

FILE_NAME_LENGTH = 40
SETTING_UP = {"setup", "models", "drop", "topic", "prompt", "first", "turns"}


@router.message(Command("duel"))
async def on_duel(
    message: Message, command: CommandObject, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """`/duel model model topic` begins at once; what is missing is asked for."""
    model_ids, topic = models_and_topic(command.args or "", parts.engine.catalogue)
    if is_outside(parts, place):
        place = await new_topic(parts, place, title_from(topic) or "🎭")
    dialog = await parts.engine.dialogs.open(place, await owner_of(parts, user, place), user.preferences.model_id)
    before = await parts.engine.duels.open_in(dialog.id)
    if before is not None and before.state == "running":
        await say(parts, place, texts("duel-runs"))
        return
    if topic and not dialog.title:
        await name_dialog(parts, dialog, title_from(topic))
    duel = await parts.engine.duels.new(dialog.id, user.id, topic, model_ids)
    if duel.can_start:
        await begin(parts, duel)
        await say(parts, place, texts("duel-begins", names=", ".join(parts.engine.duelling.names(duel))))
        return
    await say(parts, place, *show_setup(parts, duel, texts))


async def talk_here(message: Message, parts: Parts, place: Place) -> bool | dict[str, Duel]:
    """A filter: a text in a dialog whose talk runs, is paused, or has just asked for something; gives it as `duel`."""
    dialog = await parts.engine.dialogs.at(place)
    duel = await parts.engine.duels.open_in(dialog.id) if dialog else None
    if duel is None or (duel.state == "setup" and not duel.asks):
        return False
    return {"duel": duel}


@router.message(F.text & ~F.text.regexp(COMMAND), talk_here)
async def on_word(message: Message, duel: Duel, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    """What the talk asked for; or a word of the person's, which the next model answers."""
    text = without_mention(message.text or "", parts.me.username)
    if duel.state == "setup":
        place_of_prompt = duel.asks.removeprefix("prompt")
        changed = replace(duel, topic=text) if duel.asks == "topic" else duel.with_prompt(int(place_of_prompt), text)
        changed = replace(changed, asks="")
        await parts.engine.duels.save(changed)
        await say(parts, place, *show_setup(parts, changed, texts))
        return
    name = (user.name or texts("duel-person")).strip()
    if await parts.engine.duels.add_word(duel.id, name, text, place.chat_id, message.message_id):
        if duel.state == "paused":
            await parts.engine.duels.move(duel.id, "running", only_from=("paused",))
        parts.arena.start(duel.id)


@router.callback_query(DuelModel.filter())
async def on_model(callback: CallbackQuery, callback_data: DuelModel, parts: Parts, texts: Texts, place: Place) -> None:
    """A model joins, or the page is turned."""
    duel = await parts.engine.duels.here(callback_data.duel, place.chat_id)
    if duel is None or duel.state != "setup":
        await toast(parts, callback, texts("duel-gone"), alert=True)
        return
    await toast(parts, callback)
    model = parts.engine.catalogue.get(callback_data.model)
    if model is None:
        await change(parts, callback, *models_view(parts.engine.catalogue.models(), duel, texts, callback_data.page))
        return
    duel = duel.with_speaker(model.id)
    await parts.engine.duels.save(duel)
    await change(parts, callback, *show_setup(parts, duel, texts))


@router.callback_query(DuelButton.filter(F.action.in_(SETTING_UP)))
async def on_setting(
    callback: CallbackQuery, callback_data: DuelButton, parts: Parts, texts: Texts, place: Place
) -> None:
    """One thing of a talk that has not begun."""
    duel = await parts.engine.duels.here(callback_data.duel, place.chat_id)
    if duel is None or duel.state != "setup":
        await toast(parts, callback, texts("duel-gone"), alert=True)
        return
    await toast(parts, callback)
    if callback_data.action == "models":
        await change(parts, callback, *models_view(parts.engine.catalogue.models(), duel, texts, 0))
        return
    duel = set_up(duel, callback_data)
    await parts.engine.duels.save(duel)
    if duel.asks:
        await change(parts, callback, texts("duel-asks-topic" if duel.asks == "topic" else "duel-asks-prompt"))
        return
    await change(parts, callback, *show_setup(parts, duel, texts))


@router.callback_query(DuelButton.filter(F.action.in_({"start", "go", "more"})))
async def on_go(callback: CallbackQuery, callback_data: DuelButton, parts: Parts, texts: Texts, place: Place) -> None:
    """Begin, go on after a pause, or with more turns after the end."""
    duel = await parts.engine.duels.here(callback_data.duel, place.chat_id)
    if duel is None or not duel.can_start:
        await toast(parts, callback, texts("duel-gone"), alert=True)
        return
    other = await parts.engine.duels.open_in(duel.dialog_id)
    if duel.state == "running" or (other is not None and other.id != duel.id):
        await toast(parts, callback, texts("duel-runs"), alert=True)
        return
    await toast(parts, callback)
    if callback_data.action == "more":
        spoken = sum(1 for speech in await parts.engine.duels.speeches(duel.id) if speech.speaker is not None)
        turns = min(MOST_TURNS, max(duel.turns, spoken) + MORE_TURNS)
        await parts.engine.duels.save(replace(duel, turns=turns))
    await begin(parts, duel)
    names = ", ".join(parts.engine.duelling.names(duel))
    await change(
        parts, callback, texts("duel-begins" if callback_data.action == "start" else "duel-goes-on", names=names)
    )


@router.callback_query(DuelButton.filter(F.action.in_({"pause", "stop", "end", "cancel"})))
async def on_halt(callback: CallbackQuery, callback_data: DuelButton, parts: Parts, texts: Texts, place: Place) -> None:
    """Pause after the speech that is being made, stop at once, end what is paused, forget what never began."""
    duel = await parts.engine.duels.here(callback_data.duel, place.chat_id)
    if duel is None or duel.state == "done":
        await toast(parts, callback, texts("duel-gone"))
        return
    match callback_data.action:
        case "pause":
            paused = await parts.engine.duels.move(duel.id, "paused", "person", only_from=("running",))
            await toast(parts, callback, texts("duel-pausing" if paused else "duel-gone"))
        case "stop":
            stopped = duel.state == "running" and parts.engine.runs.stop(duel.dialog_id)
            await toast(parts, callback, texts("stop-stopping" if stopped else "stop-nothing"))
        case "cancel" if duel.state == "setup":
            await parts.engine.duels.delete(duel.id)
            await toast(parts, callback)
            await change(parts, callback, texts("duel-cancelled"))
        case _:
            await toast(parts, callback)
            if await parts.engine.duels.move(duel.id, "done", "person", only_from=("paused",)):
                await parts.engine.duels.shown(duel.id)
                await change(parts, callback, *export_view(duel, texts))


@router.callback_query(DuelButton.filter(F.action.in_({"export", "file"})))
async def on_export_button(
    callback: CallbackQuery, callback_data: DuelButton, parts: Parts, texts: Texts, place: Place
) -> None:
    """The formats, then the file."""
    duel = await parts.engine.duels.here(callback_data.duel, place.chat_id)
    if duel is None or duel.state == "setup":
        await toast(parts, callback, texts("duel-gone"), alert=True)
        return
    await toast(parts, callback)
    if callback_data.action == "export":
        await say(parts, place, *export_view(duel, texts))
        return
    file_format = FORMATS[callback_data.place % len(FORMATS)]
    content = written_talk(file_format, duel.topic, await parts.engine.duels.speeches(duel.id), texts)
    name = f"{file_name(one_line(duel.topic, FILE_NAME_LENGTH))}.{file_format}"
    await send_file(parts, place, name, content.encode("utf-8", "replace"))


def show_setup(parts: Parts, duel: Duel, texts: Texts) -> View:
    return setup_view(duel, parts.engine.duelling.names(duel), texts)


async def begin(parts: Parts, duel: Duel) -> None:
    if await parts.engine.duels.move(duel.id, "running"):
        parts.arena.start(duel.id)


def set_up(duel: Duel, pressed: DuelButton) -> Duel:
    """The talk with what a button changes in it."""
    place = pressed.place
    is_speaker = 0 <= place < len(duel.speakers)
    match pressed.action:
        case "drop" if is_speaker:
            return replace(duel.without_speaker(place), asks="")
        case "first" if is_speaker:
            return replace(duel, first=place, asks="")
        case "prompt" if is_speaker:
            return replace(duel, asks=f"prompt{place}")
        case "topic":
            return replace(duel, asks="topic")
        case "turns":
            return replace(duel, turns=max(1, min(MOST_TURNS, place)), asks="")
        case _:
            return replace(duel, asks="")


def models_and_topic(text: str, catalogue: Catalogue) -> tuple[tuple[int, ...], str]:
    """The models that the first words name, each by one word that fits one model alone, and what is left."""
    rest = text.strip()
    model_ids: list[int] = []
    while rest and len(model_ids) < MOST_SPEAKERS:
        word, _, after = rest.partition(" ")
        found = catalogue.find(word)
        if len(found) != 1:
            break
        model_ids.append(found[0].id)
        rest = after.strip()
    return tuple(model_ids), rest[:LONGEST_TOPIC]
