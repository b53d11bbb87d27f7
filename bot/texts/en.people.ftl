## The entrance

entrance-private = 🔒 This is a private bot. You can ask its owner to let you in.
entrance-button-ask = 🙋 Ask for access
entrance-asked = 🙋 Your request is with the owner. You will hear of it here.
entrance-asked-already = 🙋 You have asked already. The owner has not answered yet; you will hear of it here.
entrance-refused = 🚫 The owner has not let you in.
entrance-admitted = ✅ You are in. Write a question, or press /start
entrance-welcome-owner = 👑 This bot is yours now. People, invites and servers: /admin
entrance-welcome-member = ✅ You are in.
entrance-invite-spent = This invite is used up or expired. Ask for a new one.
entrance-no-places = All places are taken just now. Your request is with the owner; you will hear of it here.
entrance-not-yours = 🔒 This is a private bot.
entrance-group-leaving = 🔒 This is a private bot: it works only in groups where somebody adds it who has access.
entrance-group-private = 🔒 This is a private bot: somebody who has access has to write /start here.

## Requests

requests-new = 🙋 { $name } asks for access.
    Username: { $username }
    Id: { $id }
    { $places ->
        [0] No place is left: remove somebody in /users or raise BOT_MAX_USERS.
        [one] { $places } place is left.
       *[other] { $places } places are left.
    }
requests-invited = 🙋 { $name } came with an invite, but all places are taken.
    Username: { $username }
    Id: { $id }
    Remove somebody in /users or raise BOT_MAX_USERS, then admit them.
requests-button-admit = ✅ Admit
requests-button-refuse = 🚫 Refuse
requests-admitted = ✅ { $name } is in. { $places ->
    [0] No place is left.
    [one] { $places } place is left.
   *[other] { $places } places are left.
}
requests-refused = 🚫 { $name } is refused.
requests-over = This request is settled.
requests-no-places = All { $places } places are taken. Remove somebody in /users or raise BOT_MAX_USERS. The request is kept.

## People

people-head = 👥 { $taken } of { $places } places are taken
people-button-list = 👥 People
people-button-invite = ✉️ Invites
people-button-remove = 🗑 Remove…
people-button-removed = 🗑 Remove with all data
people-role-owner = owner
people-role-member = member
people-role-asking = asks for access
people-role-refused = refused
people-dialogs = { $dialogs ->
    [one] { $dialogs } dialog
   *[other] { $dialogs } dialogs
}
people-questions = { $questions ->
    [one] { $questions } question
   *[other] { $questions } questions
}
people-size = { $kib } KB
people-id = Id: { $id }
people-groups = Added the bot to: { $groups }
people-remove-really = Remove { $name } with all data ({ $facts })? This cannot be undone.
people-remove-groups = The bot will leave the groups they added it to, with all dialogs there: { $groups }
people-removed = 🗑 Removed with all data.
people-you-are-removed = Your access to this bot has ended; all your dialogs here were removed.

## Invites

invites-made = ✉️ { $link }

    { $uses ->
        [one] For one person
       *[other] For { $uses } people
    }, good for { $hours ->
        [one] one hour
       *[other] { $hours } hours
    }. { $places ->
        [0] No place is left now.
        [one] { $places } place is left.
       *[other] { $places } places are left.
    }
    Without the link: { $command }
invites-head = { $count ->
    [0] ✉️ No open invites.
    [one] ✉️ One open invite:
   *[other] ✉️ { $count } open invites:
} { $places ->
    [0] No place is left.
    [one] { $places } place is left.
   *[other] { $places } places are left.
}
invites-open = { $uses ->
    [one] one person
   *[other] { $uses } people
}, { $hours } h left
invites-button-make = ✉️ New: { $uses ->
    [one] one person
   *[other] { $uses } people
}, { $hours } h
invites-button-show = ✉️ All invites
invites-button-drop = 🗑 Make all void
invites-dropped = { $count ->
    [one] One invite is void now.
   *[other] { $count } invites are void now.
}
invites-bad = “{ $value }” cannot be: first the number of people (1 to { $uses }), then hours (1 to { $hours }). Example: /invite 3 48

## The owner's menu

admin-head = ⚙️ The bot now
    👥 Places taken: { $taken } of { $places }
    🙋 Asking for access: { $asking }
    🖥 Servers that answer: { $alive } of { $servers }
    🤖 Models: { $models }
    ✍️ Answers in the making: { $runs }
admin-button-servers = 🖥 Servers
admin-button-models = 🤖 Models
admin-button-memory = 💾 Memory
admin-owner-only = This is for the owner of the bot, in a private chat with it.

## Servers, models, memory

servers-head = { $count ->
    [one] 🖥 One server
   *[other] 🖥 { $count } servers
}
servers-none = 🖥 No servers are set. Their addresses stand in .env: OLLAMA_BASE_URL, LMSTUDIO_BASE_URL and others.
servers-models = { $count ->
    [0] answers, has no models yet
    [one] answers, one model
   *[other] answers, { $count } models
}
servers-unseen = not looked at yet
servers-down = does not answer; looked for again all the time
servers-busy = is busy
servers-silent = is silent
servers-button-refresh = ↻ Look again
models-head = { $count ->
    [one] 🤖 One model
   *[other] 🤖 { $count } models
}
models-none = 🤖 No models now. Start Ollama or LM Studio and download a model there, or put a GGUF file into the models folder; then press ↻.
models-legend = 🔵 loaded · 🟢 fits · 🟡 slow · 🔴 does not fit · 👁 sees pictures · 🧠 thinks
    To choose one for a dialog: /model
models-size = { NUMBER($gib, minimumFractionDigits: 1, maximumFractionDigits: 2) } GB
models-needs = needs { NUMBER($need, minimumFractionDigits: 1, maximumFractionDigits: 2) } GB = weights { NUMBER($weights, minimumFractionDigits: 1, maximumFractionDigits: 2) } + context { NUMBER($context, minimumFractionDigits: 1, maximumFractionDigits: 2) } + work { NUMBER($work, minimumFractionDigits: 1, maximumFractionDigits: 2) }
models-window = window { $thousands }k
memory-ram = 💾 Free RAM: { NUMBER($gib, minimumFractionDigits: 1, maximumFractionDigits: 2) } GB
memory-vram = 🎮 { $name }: { NUMBER($gib, minimumFractionDigits: 1, maximumFractionDigits: 2) } of { NUMBER($total, minimumFractionDigits: 1, maximumFractionDigits: 2) } GB free
memory-no-vram = 🎮 No NVIDIA GPU
memory-forecast = forecast { NUMBER($gib, minimumFractionDigits: 1, maximumFractionDigits: 2) } GB
memory-fact = really { NUMBER($gib, minimumFractionDigits: 1, maximumFractionDigits: 2) } GB = weights { NUMBER($weights, minimumFractionDigits: 1, maximumFractionDigits: 2) } + context { NUMBER($context, minimumFractionDigits: 1, maximumFractionDigits: 2) } + work { NUMBER($work, minimumFractionDigits: 1, maximumFractionDigits: 2) }
memory-setup = { $layers ->
        [0] window { $tokens }
        [one] window { $tokens }, { $layers } layer on the GPU
       *[other] window { $tokens }, { $layers } layers on the GPU
    }
memory-loaded = { $count ->
    [0] No model is loaded.
    [one] One model is loaded:
   *[other] { $count } models are loaded:
}

## Groups

groups-hears-some = 👋 Ask me here: mention { $bot }, reply to a message of mine, or write /ask and your question. Everybody in this group shares its dialogs.
groups-hears-all = 👋 I answer every message here. Everybody in this group shares its dialogs.
groups-button-all = 🔔 Answer every message
groups-button-some = 🔕 Answer only when asked
groups-need-admin = Telegram shows me all messages only when I am an admin of this group (or when privacy mode is off in BotFather).
groups-admins-only = Only admins of the group, or whoever added me, can change this.
groups-all-bad = “{ $value }” cannot be: on or off. Example: /all on
groups-all-elsewhere = /all is for groups: there it makes me answer every message. Here I do that anyway.
groups-personal = This works in a private chat with me: { $bot }
groups-closed = 🔒 Whoever added me here has no access any more, so I leave. The dialogs of this group were removed.
