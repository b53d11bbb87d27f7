"""The bot's face: commands by scope and language, name, descriptions, menu button."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from bot.sandbox.errors import bad_request
from bot.sandbox.methods.api import Api
from bot.sandbox.params import Params
from bot.sandbox.values import Json
from bot.sandbox.world import World

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
COMMAND_LIMIT = 100
DESCRIPTION_LIMIT = 256
SCOPES = frozenset(
    {
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    }
)
TEXT_LIMITS = {"name": 64, "description": 512, "short_description": 120}


def set_my_commands(api: Api, params: Params) -> bool:
    commands: list[Json] = params.array("commands")
    if len(commands) > COMMAND_LIMIT:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", "")).strip()) <= DESCRIPTION_LIMIT:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    api.world.set(_key(params), commands)
    api.world.changes.tell("commands", 0, None)
    return True


def get_my_commands(api: Api, params: Params) -> list[Json]:
    found: list[Json] = api.world.setting(_key(params)) or []
    return found


def delete_my_commands(api: Api, params: Params) -> bool:
    api.world.set(_key(params), None)
    api.world.changes.tell("commands", 0, None)
    return True


def _key(params: Params) -> str:
    scope = params.record("scope") or {"type": "default"}
    if scope.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    return commands_key(scope, _language(params))


def commands_key(scope: Json, language: str) -> str:
    return f"commands/{json.dumps(scope, sort_keys=True)}/{language}"


def commands_for(world: World, chat_id: int, user_id: int, language: str) -> list[Json]:
    """The commands a person sees in a chat: the narrowest scope wins, their language before none."""
    chat = world.chats[chat_id]
    scopes: list[Json] = [{"type": "chat", "chat_id": chat_id}]
    if chat.is_group:
        scopes.insert(0, {"type": "chat_member", "chat_id": chat_id, "user_id": user_id})
        if user_id in chat.admin_ids:
            scopes.insert(1, {"type": "chat_administrators", "chat_id": chat_id})
            scopes.append({"type": "all_chat_administrators"})
    scopes.append({"type": "all_group_chats" if chat.is_group else "all_private_chats"})
    scopes.append({"type": "default"})
    for scope in scopes:
        for code in (language, ""):
            found: list[Json] | None = world.setting(commands_key(scope, code))
            if found:
                return found
    return []


def text_setter(name: str) -> Callable[[Api, Params], bool]:
    def set_text(api: Api, params: Params) -> bool:
        if len(params.text(name)) > TEXT_LIMITS[name]:
            raise bad_request(f"bot {name.replace('_', ' ')} is too long")
        api.world.set(f"{name}/{_language(params)}", params.text(name).strip())
        return True

    return set_text


def text_getter(name: str) -> Callable[[Api, Params], Json]:
    def get_text(api: Api, params: Params) -> Json:
        fallback = api.world.bot.first_name if name == "name" else ""
        own = api.world.setting(f"{name}/{_language(params)}")
        return {name: own or api.world.setting(f"{name}/") or fallback}

    return get_text


def _language(params: Params) -> str:
    code = params.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


def set_chat_menu_button(api: Api, params: Params) -> bool:
    api.world.set(f"menu_button/{params.text('chat_id')}", params.record("menu_button") or {"type": "default"})
    return True


def get_chat_menu_button(api: Api, params: Params) -> Json:
    found: Json = api.world.setting(f"menu_button/{params.text('chat_id')}") or {"type": "commands"}
    return found
