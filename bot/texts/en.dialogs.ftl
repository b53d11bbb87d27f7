## The first screen

start-hello = 👋 Hello! Here you talk with language models that run on your own machines. Answers are made there, not in a cloud.
start-servers = 🖥 Servers: { $names }
start-no-servers = 🖥 No model server found yet.
start-models = { $models ->
    [one] 🤖 { $models } model to choose from
   *[other] 🤖 { $models } models to choose from
}
start-memory = 💾 Free memory: { NUMBER($ram, minimumFractionDigits: 1, maximumFractionDigits: 1) } GB
start-gpu = 🎮 Free on the graphics card: { NUMBER($vram, minimumFractionDigits: 1, maximumFractionDigits: 1) } GB
step-write = ▶️ All set: just write.
step-fetch = ▶️ Next: take the model below with one tap (it needs the internet once). Or install Ollama (ollama.com) or LM Studio (lmstudio.ai) on this machine, or put a GGUF file into the models folder; it is noticed by itself.
step-model = ▶️ A server is there, but it has no model yet. With Ollama one command downloads a small one: ollama pull qwen3:4b
step-server = ▶️ Next: install Ollama (ollama.com) or LM Studio (lmstudio.ai) on this machine and download a model there, or put a GGUF file into the models folder. It is noticed by itself; docs/servers.md explains more.
step-tell-owner = ▶️ There is no model yet. The owner of this bot can add one.
help-head = ❔ What works here
button-model = 🤖 Model
button-dialogs = 💬 Dialogs
button-settings = ⚙️ Settings
button-language = 🌐 Language
button-help = ❔ Help
button-new-dialog = ➕ New dialog

## Commands

command-new = a new dialog
command-model = who answers here
command-dialogs = all dialogs, search by title
command-settings = temperature, window, system prompt and more
command-stop = stop the answer
command-retry = answer again
command-system = how the model should behave
command-rename = another title for this dialog
command-clear = forget what was said here
command-delete = delete a dialog for good
command-export = the dialog as a file
command-lang = language
command-help = what works here
command-ask = ask in a group
command-all = answer everything in this group, or only what is meant for me
command-admin = menu of the owner
command-users = who may enter
command-invite = invite somebody
command-servers = servers and their models
command-models = all models
command-memory = free memory
command-near = There is no such command. Did you mean /{ $near }? All commands: /help
command-unknown = There is no such command. All commands: /help
bot-description = Talk with language models that run on your own machines: one at a time, in as many dialogs as you like. Answers are made at home, not in a cloud.
bot-short-description = Your own language models in Telegram.

## Language

language-head = 🌐 Which language do we speak?
language-set = 🌐 We speak English now.
language-unknown = There is no language “{ $words }” here. There are: ru, en. Example: /lang en
members-only = This is for people who are admitted themselves.
private-only = This is yours alone: open it in your private chat with the bot.

## What is not text

only-text = So far only text is read here. The file was not kept: write what matters as text, please.
only-text-caption = So far only text is read here, and the file was not kept. The words under it can be asked alone:
button-ask-caption = 💬 Ask with these words
caption-asked = 💬 Asked with the words alone.
caption-gone = The words are not there any more. Send them as text, please.

## Dialogs

dialog-untitled = New dialog
dialog-no-model = no model
dialog-questions = { $questions ->
    [one] { $questions } question
   *[other] { $questions } questions
}
age-now = just now
age-minutes = { $minutes } min ago
age-hours = { $hours } h ago
age-days = { $days } d ago
dialogs-head = { $count ->
    [one] 💬 { $count } dialog
   *[other] 💬 { $count } dialogs
}
dialogs-more = … and more. Add a word to narrow it down: /dialogs words
dialogs-none = 💬 There are no dialogs yet. Just write, or begin one: /new
dialogs-none-found = 💬 No title has “{ $words }” in it. Part of a word is enough, e.g. /dialogs recipe
dialog-card = 💬 { $title }
    { $facts }

    № { $id } · another title: open it and send /rename New title
dialog-here = 💬 Here is “{ $title }”: { $facts }. Just go on.
dialog-look = The dialog speaks up in its topic: “{ $title }”
dialog-is-current = You are in “{ $title }” now.
dialog-none-here = This is not inside a dialog. Open a topic, begin one with /new, or see /dialogs
new-dialog = ✨ A new dialog.
new-dialog-ready = ✨ A new dialog. { $model } answers here: just write. Another one: /model
new-topic-made = ✨ The topic “{ $title }” is there: go on in it.
new-topic-refused = I may not make topics here. Make one yourself, or make me an administrator who may manage topics.
renamed = ✏️ The title is now “{ $title }”.
rename-empty = Write the title after the command, e.g. /rename Trip to the lake
button-open = ▶️ Open
button-go-to-topic = ↗ To the topic
button-export = 📄 As a file
button-delete = 🗑 Delete
button-clear = 🧹 Forget
button-keep = ‹ Keep

## Forgetting

clear-really = 🧹 Forget everything that was said in “{ $title }”? Model and settings stay.
cleared = 🧹 Forgotten. We begin afresh.
delete-really = { $questions ->
    [0] 🗑 Delete “{ $title }” (№ { $id })? Every trace goes from every file, for good.
    [one] 🗑 Delete “{ $title }” (№ { $id }) with its { $questions } question? Every trace goes from every file, for good.
   *[other] 🗑 Delete “{ $title }” (№ { $id }) with its { $questions } questions? Every trace goes from every file, for good.
}
delete-which = { $count ->
    [one] 🗑 { $count } dialog fits. This one?
   *[other] 🗑 { $count } dialogs fit. Which one?
}
delete-none = There is no dialog “{ $words }” here. By number or title: /delete 12 or /delete recipes
deleted = 🗑 Deleted: no trace is left.
kept = Nothing was changed.

## Settings

settings-head = ⚙️ Settings of “{ $title }”
settings-outside = ⚙️ Each dialog has settings of its own: send /settings inside its topic. What is yours in all dialogs is here.
setting-value = ⚙️ { $key }: { $value }
setting-hint = Any other value: /set { $example }
    Allowed: { $allowed }
setting-set = ⚙️ { $key }: { $value }, from the next answer on.
setting-saved = ✓ Saved
setting-temperature = How freely the model chooses its words: 0 is strict and repeatable, above 1 is wild.
setting-top-p = From how much of the likely words the model chooses: 1 is all of them.
setting-top-k = From how many of the likeliest words the model chooses: 1 is always the likeliest, 0 is no limit.
setting-min-p = How likely a word must be beside the likeliest one: at 0.1 at least a tenth as likely, 0 is no limit.
setting-repeat-penalty = How much a model that goes round in circles is held back from repeating itself: 1 is not at all, above 1.3 the language suffers.
setting-max-tokens = The longest answer, in tokens; a token is about three quarters of a word.
setting-n-ctx = The window: how many tokens of the dialog the model sees at once. More takes more memory.
setting-n-gpu-layers = How many layers go to the graphics card, for servers that can be told; -1 is all.
setting-seed = The same seed and the same question give the same answer, on most servers.
setting-thinking = Whether a model that can think does so before it answers.
setting-footer = The line under an answer: model, tokens, pace, time.
setting-buttons = The buttons under an answer.
value-default = default
value-on = on
value-off = off
button-system = 📝 System prompt: { $value }
button-clear-system = 🧹 Clear
system-shown = 📝 The system prompt of this dialog:

    { $system }

    Another one: /system You are a patient teacher
    None: /system -
system-none = 📝 This dialog has no system prompt. It tells the model how to behave, e.g. /system You are a patient teacher
system-set = 📝 The system prompt is set, from the next answer on. To see it: /system
system-cleared = 📝 There is no system prompt any more.

## Habits of a person

button-habits = 👤 Mine, in all dialogs
habits-head = 👤 Yours, in all your dialogs. Drafts and rich messages look wrong in some Telegram apps, so each is shown to you once before it is switched on.
button-habit-model = 🤖 New dialogs: { $model }
habit-model-head = 🤖 Which model do new dialogs begin with?
habit-ask = ask each time
button-edits = Message grows
button-drafts = Draft grows
button-plain = Plain messages
button-rich = Rich messages
drafts-demo = This is how an answer would grow as a draft: word by word, without a jump, without a flicker, until it stands here as a message like any other.
drafts-question = Did it look smooth?
rich-demo =
    A table and a formula:

    | planet | moons |
    |--------|-------|
    | Earth  | 1     |
    | Mars   | 2     |

    $$E = mc^2$$
rich-question = Do you see a table with two columns, and a formula under it?
button-looked-well = 👍 Yes
button-looked-bad = 👎 No
demo-refused = Telegram does not show this here, so everything stays as it was.

## Export

export-head = 📄 “{ $title }” as a file. Which format?
export-unknown = There is no format “{ $words }”. There are: { $formats }. Example: /export md
export-empty = Nothing was said here yet, so there is nothing to put into a file.
export-system = System prompt
export-question = Question
export-answer = Answer
export-thoughts = Thoughts
