"""Settings of a dialog: the /settings menu, /set KEY VALUE and /system TEXT. They act from the next answer on.

A wrong value is an error of the engine; bot.errors says what is allowed.
"""

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.buttons import button, keyboard
from bot.here import dialog_here
from bot.markdown import utf16_len
from bot.menus import DialogMenu, Habit, Menu, Setting, View, back
from bot.parts import Parts
from bot.replies import change, say, toast
from bot.texts import Texts
from engine.dialog_settings import DialogSettings, changed, kinds
from engine.dialogs import Dialog, Place
from engine.users import User

router = Router(name="settings")

RESET = "default"
ROW_LENGTH = 3
SHOWN_SYSTEM_UNITS = 2400
"""A longer system prompt is shown only up to here; Telegram takes 4096 UTF-16 units."""


@router.message(Command("settings"))
async def on_settings(message: Message, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    await say(parts, place, *await menu_view(parts, user, texts, place))


@router.message(Command("set"))
async def on_set(
    message: Message, command: CommandObject, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """`/set KEY VALUE` changes, `/set KEY` shows, `/set` opens the menu."""
    key, value = key_and_value(command.args or "")
    dialog = await dialog_here(parts, user, place)
    if not key or dialog is None:
        await say(parts, place, *await menu_view(parts, user, texts, place))
        return
    if not value:
        changed(dialog.settings, key, RESET)  # raises for a key that there is not
        await say(parts, place, *setting_view(texts, dialog, key))
        return
    settings = changed(dialog.settings, key, value)
    await parts.engine.dialogs.set_settings(dialog.id, settings)
    if key == "system":
        await say(parts, place, texts("system-set" if settings.system else "system-cleared"))
        return
    await say(parts, place, texts("setting-set", key=key, value=shown(getattr(settings, key), texts)))


@router.message(Command("system"))
async def on_system(
    message: Message, command: CommandObject, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """`/system TEXT` sets the system prompt, `/system -` clears it, `/system` shows it."""
    dialog = await dialog_here(parts, user, place)
    if dialog is None:
        await say(parts, place, texts("dialog-none-here"))
        return
    if not command.args:
        await say(parts, place, *system_view(texts, dialog))
        return
    settings = changed(dialog.settings, "system", command.args)
    await parts.engine.dialogs.set_settings(dialog.id, settings)
    await say(parts, place, texts("system-set" if settings.system else "system-cleared"))


@router.callback_query(Setting.filter())
async def on_setting(
    callback: CallbackQuery, callback_data: Setting, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """The menu, one setting, or a new value for it."""
    dialog = await parts.engine.dialogs.here(callback_data.dialog, place.chat_id) if callback_data.dialog else None
    if callback_data.dialog and dialog is None:
        await toast(parts, callback, texts("dialog-gone"), alert=True)
        return
    if dialog is None or not callback_data.key:
        await toast(parts, callback)
        await change(parts, callback, *await menu_view(parts, user, texts, place, dialog))
        return
    if callback_data.value:
        await parts.engine.dialogs.set_settings(
            dialog.id, changed(dialog.settings, callback_data.key, callback_data.value)
        )
        dialog = await parts.engine.dialogs.here(dialog.id, dialog.place.chat_id) or dialog
    await toast(parts, callback, texts("setting-saved") if callback_data.value else None)
    await change(parts, callback, *setting_view(texts, dialog, callback_data.key))


async def menu_view(parts: Parts, user: User, texts: Texts, place: Place, dialog: Dialog | None = None) -> View:
    """All settings of a dialog with their values; outside of any dialog only what is the person's own."""
    dialog = dialog or await dialog_here(parts, user, place)
    own = [button(texts("button-habits"), Habit(screen="menu"))] if is_private(user, place) else []
    if dialog is None:
        return texts("settings-outside"), keyboard(own, back(texts, Menu(screen="start")))
    keys = [*kinds(), "system"]
    buttons = [button(label(texts, dialog.settings, key), Setting(dialog=dialog.id, key=key)) for key in keys]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    text = texts("settings-head", title=dialog.title or texts("dialog-untitled"))
    return text, keyboard(*rows, own, back(texts, DialogMenu(screen="card", dialog=dialog.id)))


def setting_view(texts: Texts, dialog: Dialog, key: str) -> View:
    """One setting: what it does, its range, values to choose from, the line for any other value."""
    if key == "system":
        return system_view(texts, dialog)
    kind = kinds()[key]
    value = getattr(dialog.settings, key)
    text = "\n\n".join(
        [
            texts("setting-value", key=key, value=shown(value, texts)),
            texts(f"setting-{key.replace('_', '-')}"),
            texts("setting-hint", allowed=kind.allowed, example=f"{key} {kind.example}"),
        ]
    )
    standard = getattr(DialogSettings(), key)
    choices = [(preset, getattr(changed(dialog.settings, key, preset), key)) for preset in kind.presets]
    if standard is None:
        choices.append((RESET, None))
    buttons = [
        button(("✓ " if choice == value else "") + shown(choice, texts), Setting(dialog=dialog.id, key=key, value=word))
        for word, choice in choices
    ]
    rows = [buttons[start : start + ROW_LENGTH] for start in range(0, len(buttons), ROW_LENGTH)]
    return text, keyboard(*rows, back(texts, Setting(dialog=dialog.id)))


def system_view(texts: Texts, dialog: Dialog) -> View:
    system = dialog.settings.system
    clear = [button(texts("button-clear-system"), Setting(dialog=dialog.id, key="system", value=RESET))]
    text = texts("system-shown", system=beginning(system)) if system else texts("system-none")
    return text, keyboard(clear if system else [], back(texts, Setting(dialog=dialog.id)))


def beginning(text: str) -> str:
    """The text, or as much of it as one message shows."""
    if utf16_len(text) <= SHOWN_SYSTEM_UNITS:
        return text
    return text[: SHOWN_SYSTEM_UNITS // 2] + "…"


def label(texts: Texts, settings: DialogSettings, key: str) -> str:
    """`temperature: 0.7`"""
    if key == "system":
        return texts("button-system", value=shown(bool(settings.system), texts))
    return f"{key}: {shown(getattr(settings, key), texts)}"


def shown(value: float | bool | None, texts: Texts) -> str:
    """A value as a person reads it."""
    if value is None:
        return texts("value-default")
    if isinstance(value, bool):
        return texts("value-on" if value else "value-off")
    return f"{value:g}" if isinstance(value, float) else str(value)


def key_and_value(text: str) -> tuple[str, str]:
    """`temperature 0.7`, `temperature=0.7` and `Top-P 0.9` are all understood."""
    words = text.strip().split(None, 1)
    if words and "=" in words[0]:
        key, _, rest = text.strip().partition("=")
        words = [key.strip(), rest]
    key = words[0].lower().replace("-", "_") if words else ""
    value = words[1].strip().removeprefix("=").strip() if len(words) > 1 else ""
    return key, value


def is_private(user: User, place: Place) -> bool:
    """Habits belong to admitted people, and are nobody else's to see."""
    return user.admitted and place.chat_id > 0
