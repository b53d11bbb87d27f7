"""Changes of the world as events for one person's page; what is none of their business gives nothing."""

from __future__ import annotations

from bot.sandbox.changes import Change
from bot.sandbox.page_views import chat_view, draft_view, message_view, reads_view, topic_view, user_view
from bot.sandbox.queries import Press
from bot.sandbox.values import Chat, Draft, Json, Message, Notice, Topic, User
from bot.sandbox.world import World


def event_view(world: World, person: User, change: Change) -> Json | None:
    """What this person's page is to know of a change."""
    chat = world.chats.get(change.chat_id)
    if change.chat_id and (chat is None or person.id not in chat.member_ids):
        return None
    return _lasting(world, person, change) or _passing(world, person, change)


def _lasting(world: World, person: User, change: Change) -> Json | None:
    match change.kind, change.thing:
        case "message", Message() as message:
            return {"type": "message", "message": message_view(world, message)}
        case "message_gone", Message() as message:
            return {"type": "gone", "chat": message.chat_id, "id": message.id}
        case "topic", Topic() as topic:
            return {"type": "topic", "chat": topic.chat_id, "topic": topic_view(topic)}
        case "topic_gone", Topic() as topic:
            return {"type": "topicGone", "chat": topic.chat_id, "thread": topic.id}
        case "chat", Chat() as chat:
            return {"type": "chat", "chat": chat_view(world, chat, person)}
        case "user", User() as user:
            return {"type": "person", "person": user_view(user)}
        case "commands", _:
            own = [chat for chat in world.chats.values() if person.id in chat.member_ids]
            return {"type": "chats", "chats": [chat_view(world, chat, person) for chat in own]}
    return None


def _passing(world: World, person: User, change: Change) -> Json | None:
    match change.kind, change.thing:
        case "typing", (thread_id, action):
            return {"type": "typing", "chat": change.chat_id, "thread": thread_id or 0, "action": action}
        case "draft", Draft() as draft:
            return {"type": "draft", "draft": draft_view(draft)}
        case "draft_gone", Draft() as draft:
            return {"type": "draftGone", "chat": draft.chat_id, "thread": draft.thread_id or 0}
        case "notice", (Press() as press, Notice() as notice) if press.user_id == person.id:
            seen = {"query": press.id, "text": notice.text, "alert": notice.show_alert, "url": notice.url}
            return {"type": "notice", **seen}
        case "read", (person.id, _, _):
            return {"type": "reads", "chat": change.chat_id, "reads": reads_view(world, person.id, change.chat_id)}
    return None
