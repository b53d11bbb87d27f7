## What the guide and /help say. The guide is trained on these very sentences: whoever changes one runs `make guide`.

guide-hello = 🧭 I am the guide, a very small model that knows only this bot. Ask me how something is done here, for example: how do I add a model?
guide-other = 🧭 I am only the guide and know nothing but this bot. For this you need a real model. While there is none, /start offers the owner a small one to download; or install Ollama (ollama.com), run ollama pull qwen3:4b, then choose it with /model. How something is done here you can ask me.

guide-about = This bot lets you talk in Telegram with language models that run on your own machines, one or several together. Just write a question; all commands: /help
guide-commands = All commands with a line each: /help. Telegram also shows them when you type / in the message field.
guide-install = You need Python 3.11 or newer, git and make. In the folder of the project: make run. The first start installs everything and prints the address of the sandbox.
guide-sandbox = The sandbox is this very bot in a browser, without Telegram and without a token: make run, then open http://127.0.0.1:8081. Nothing of it gets into the real bot.
guide-telegram = Write to @BotFather: /newbot. Put the token it gives you into the file .env as BOT_TOKEN=… and start again with make run. The console prints a link that makes you the owner.
guide-docker = docker compose up -d starts the bot alone; docker compose --profile local-llm up -d also an Ollama with a first small model. The owner link: docker compose logs -f bot
guide-offline = Models answer without the internet; only Telegram itself needs a connection. In the sandbox everything works offline.
guide-privacy = Your words are only on the owner's computer, in data/ and sessions/, and at Telegram as with any bot; a service under OPENAI_BASE_URL gets what you ask its models. In the bot the owner sees counts and sizes, never your words, but has the files. No statistics are sent anywhere.
guide-backup = Stop the bot, then: tar czf consilium-backup.tar.gz .env data config/*.yaml, and sessions if it is there. On the new computer unpack it in the project folder, copy models/ and run make run.
guide-update = In the folder of the project: git pull, then make run. Your dialogs stay.
guide-language = /lang changes the language of the bot: /lang en is English, /lang ru is Russian.

guide-model-add = Put the GGUF file into the models folder and press ↻ under /model: it appears in the list. No server is needed.
guide-model-server = Start Ollama or LM Studio on the same computer: the bot finds it by itself within seconds. A model for Ollama: ollama pull qwen3:4b. Then choose it with /model.
guide-model-remote = Write the address into .env: OLLAMA_BASE_URL, LMSTUDIO_BASE_URL, VLLM_BASE_URL, LLAMACPP_BASE_URL, or OPENAI_BASE_URL with OPENAI_API_KEY. Then start the bot again. Details: docs/servers.md
guide-model-choose = /model shows the models; press one and it answers in this dialog. Shorter: /model qwen3:4b
guide-model-which = By free memory: 4 GB – qwen3:1.7b, to try it out qwen3:0.6b; 8 GB – qwen3:4b; 16 GB – qwen3:14b; 24 GB – qwen3:30b; 32 GB – qwen3:32b. With Ollama: ollama pull qwen3:4b. How much is free: /start. The owner downloads with one tap: /models → ⬇️ Models to download
guide-model-signs = In /model: 🔵 is loaded, 🟢 fits into free memory, 🟡 is slow (only partly on the graphics card), 🔴 does not fit. 👁 sees pictures, 🧠 thinks.
guide-model-default = /settings → 👤 Mine, in all dialogs → 🤖 New dialogs: choose the model, and every new dialog begins with it.
guide-model-remove = A file: delete it from the models folder and press ↻ under /model. In Ollama: ollama rm and its name. The dialogs stay.
guide-model-list = /model shows all models that answer now, with size and whether they fit. /models tells more of each: window, parameters, server.
guide-model-names = In config/models.yaml: a name, the file, default_n_ctx, default_gpu_layers and a description. Without an entry a file is offered under its own name.
guide-thinking = /set thinking off makes the model answer without thinking first, /set thinking on brings it back. What it thought: 🧠 under the answer.
guide-gpu = Servers such as Ollama use the graphics card by themselves. For GGUF files, with the CUDA toolkit: make embedded CMAKE_ARGS=-DGGML_CUDA=on. Their layers on it: /set n_gpu_layers 20, all of them: /set n_gpu_layers -1. The free memory of the card: /start
guide-slow = Take a smaller model, one with 🟢 in /model, or a smaller window: /set n_ctx 4096. Without thinking it is quicker too: /set thinking off. The first answer is slow because the model is being loaded.
guide-embedded = llama-cpp-python has to be compiled for GGUF files: make embedded, 5–10 minutes; it needs a C++ compiler. The log is .venv/embedded.log. Ollama and LM Studio work without it.
guide-model-none = No model is there yet. /start offers the owner a small one to download with one tap; or start Ollama and run ollama pull qwen3:4b, or put a GGUF file into the models folder, then press ↻ under /model.

guide-dialog-new = /new begins a new dialog; /new Recipes gives it a title at once.
guide-dialog-switch = /dialogs shows all your dialogs: press a number, then Open. /dialogs and a word searches the titles.
guide-dialog-rename = /rename and the new title, for example: /rename Trip to the lake
guide-dialog-delete = /delete deletes this dialog for good, /delete 12 or /delete recipes another one. It asks once; then no trace is left.
guide-dialog-clear = /clear forgets everything that was said in this dialog; model and settings stay. It asks once.
guide-topics = Switch on Threaded Mode in BotFather (the bot's settings) and restart the bot: then every topic is a dialog of its own. Without it /dialogs switches between them.
guide-export = /export gives this dialog as a file: /export md, /export html, /export json or /export txt.
guide-history = /history shows what was asked and answered in this chat; /history and words searches that and the steps of pipelines.

guide-stop = Press ⏹ under the answer, or send /stop. What was said stays.
guide-retry = 🔁 under the answer, or /retry, answers again. The old variant is kept: ‹ 1/2 › turns between them.
guide-answer-file = 📄 under the answer gives it as a file. A very long answer comes as a file by itself.
guide-question-edit = Edit your message in Telegram: as long as nothing is answered yet, the corrected question counts. Afterwards press 🔁 or write it anew.
guide-answer-forget = ⋯ under the answer → 🗑 Forget question and answer. The rest of the dialog stays.
guide-answer-buttons = Under an answer: 🔁 again, 🧠 thoughts, 📄 as a file, ⋯ more; the line shows model, tokens, pace and seconds. Hide them: /set buttons off and /set footer off
guide-answer-length = max_tokens is the longest answer: /set max_tokens 2000 for a longer one, /set max_tokens 300 for a shorter one. If the window is full, make it larger: /set n_ctx 16384
guide-answer-look = /settings → 👤 Mine, in all dialogs: there you switch on rich messages with real tables and formulas, and drafts that grow smoothly. Each is shown to you first.
guide-queue = Just write: what you send right after the question joins it, what you send during the answer waits for its turn. The number is your place in the queue.

guide-settings = /settings is the menu of this dialog; the short way is /set, for example: /set temperature 0.3
guide-temperature = /set temperature 0.2 makes the model strict, /set temperature 1 freer and more creative. top_p narrows the choice of words: /set top_p 0.9
guide-system = /system and a text tells the model who it is and how to behave: /system You are a patient teacher. To remove it: /system -
guide-window = The window is how much of the dialog the model sees. A larger one remembers more and takes more memory: /set n_ctx 16384. The oldest turns leave first; a new dialog: /new
guide-seed = /set seed 42: with the same seed and question most servers give the same answer. /set temperature 0 makes it repeatable as well.

guide-mode = /mode changes who answers: /mode chat is one model, /mode base the base pipeline, /mode manual your own pipeline, once it was chosen in /pipe.
guide-pipe = /pipe opens the editor: add stages, tick one or several models in each, write their prompts. Then press ▶️ Answer here, and just ask.
guide-pipe-base = The base pipeline is in config/pipeline.yaml: stages with models, prompts and parameters. /mode base switches it on; if a model is missing, the reason stands there.
guide-pipe-vote = In /pipe give a stage several models and choose under 🧮 how their answers become one: side by side, vote, synthesis, template or judge.
guide-pipe-memory = /pipe shows after every change whether the whole pipeline fits: 🟢🟡🔴. If models do not fit together, let the stage run one after another, or take smaller ones.
guide-pipe-share = In /pipe open the pipeline, then ⋯: name, copy, link, YAML file. It is saved by itself. Ready-made ones are in /pipe under ✨.
guide-steps = /steps, or 🧩 under the answer, shows what each model of each stage said, with its prompt, parameters and time.
guide-step-again = /steps → the number of the stage → 🔁 This stage only, or 🔁 From this stage on. Another model or prompt: press the model there. The old variant is kept.
guide-duel = /duel lets two to four models talk to each other, for example: /duel qwen3:4b gemma3:4b Is coffee better than tea? ⏹ stops them.
guide-run-files = Each run of a pipeline leaves a folder in sessions/ (in the sandbox: sandbox/sessions): session_001 and so on, with the settings, the answer of every step and final.txt. In the chat: /steps

guide-invite = /invite makes a link for the people you want to let in: /invite 3 48 is for three people and 48 hours. Only the owner can do it.
guide-users = /users shows the owner who is in; there somebody can be removed with all their data.
guide-access = The bot is private: press 🙋 Ask for access and wait for the owner, or ask the owner for an invite link.
guide-owner = The console prints a link at the first start; whoever opens it is the owner. Or write your numeric Telegram id into .env as BOT_OWNER_ID and start again.
guide-places = There are 10 places, the owner included. More: BOT_MAX_USERS=20 in .env, then start again. Places become free in /users.
guide-groups = Add the bot to a group: there it answers mentions, replies and /ask. /all on makes it answer everything; for that it must be an admin of the group.
guide-admin = /admin is the menu of the owner: people, invites, servers, models, memory. Only in the private chat with the bot.
guide-servers = /servers shows the owner which model servers answer; ↻ looks again. Servers that fail come back by themselves.
guide-memory = /memory shows the owner free RAM, free memory of the graphics card and which models are loaded. Free memory is also in /start.

guide-err-memory = The model is larger than the free memory. Choose a smaller one with 🟢 in /model, make the window smaller with /set n_ctx 4096, or close other programs. Then press 🔁.
guide-err-server = The server does not answer: start it again (Ollama, LM Studio) and press 🔁. Your question is kept. Or choose another model with /model and press 🔁. The owner sees the servers with /servers.
guide-err-silent = A large model loads for minutes and a long question takes time: wait, or press ⏹, choose a smaller one with /model and press 🔁. LLM_SILENCE_TIMEOUT_S says how long the bot waits.
guide-err-gone = The model was deleted or its server is away. Your question is kept: choose another one with /model, or bring it back, then press 🔁.
guide-err-crash = The process of the model has died, usually for want of memory. Your question is kept: press 🔁. If it happens again, take a smaller model with /model or /set n_ctx 4096, and press 🔁 once more.
guide-err-code = The code stands with the reason in data/logs/consilium.log (in the sandbox: sandbox/data/logs); the owner can look there. Press 🔁 to ask again. LOG_LEVEL=DEBUG in .env says more.
guide-err-file = The GGUF file is damaged or not downloaded to its end: download it again into the models folder and press ↻ under /model. The reason is in data/logs/consilium.log (in the sandbox: sandbox/data/logs)
guide-err-disk = The disk is full: free some space, then press 🔁. Dialogs can be deleted with /delete, model files in the models folder.
guide-err-token = Copy the token from @BotFather as a whole, with the number and the colon, without quotes or spaces, into .env as BOT_TOKEN=… and start again.
guide-err-port = If the bot runs already, stop that one. If another program has the port, take another: SANDBOX_PORT=8090 make run

guide-not-photo = This version cannot look at photos and pictures yet: it reads text only. Write what matters as text, please.
guide-not-document = This version cannot read documents such as PDF, Word or Excel yet, only a YAML file with a pipeline. Copy the text that matters into a message, please.
guide-not-voice = This version does not understand voice and audio yet. Write it as text, please.
guide-not-web = This version cannot search the internet yet: the model knows only what it has learned and what you write.
guide-not-kb = There is no knowledge base for your own documents in this version yet. Put what matters into the message or into /system.
guide-not-stats = There are no statistics and charts in this version yet. Tokens, pace and seconds stand in the line under each answer.

## Their titles, for the buttons of /help

guide-about-title = What this bot is
guide-commands-title = All commands
guide-install-title = Install and start
guide-sandbox-title = The sandbox
guide-telegram-title = Into Telegram: the token
guide-docker-title = Docker
guide-offline-title = Without the internet
guide-privacy-title = Who sees my words
guide-backup-title = Backup and moving
guide-update-title = Update
guide-language-title = Language
guide-model-add-title = Add a GGUF file
guide-model-server-title = Ollama and LM Studio
guide-model-remote-title = Servers elsewhere
guide-model-choose-title = Choose a model
guide-model-which-title = Which model to download
guide-model-signs-title = What 🔵🟢🟡🔴 mean
guide-model-default-title = Always the same model
guide-model-remove-title = Remove a model
guide-model-list-title = All models
guide-model-names-title = Names in models.yaml
guide-thinking-title = Thinking on and off
guide-gpu-title = The graphics card
guide-slow-title = Slow answers
guide-embedded-title = Compile llama.cpp
guide-model-none-title = No models in the list
guide-dialog-new-title = A new dialog
guide-dialog-switch-title = Find and open a dialog
guide-dialog-rename-title = Rename
guide-dialog-delete-title = Delete for good
guide-dialog-clear-title = Forget what was said
guide-topics-title = Topics
guide-export-title = A dialog as a file
guide-history-title = Search the past
guide-stop-title = Stop an answer
guide-retry-title = Answer again
guide-answer-file-title = An answer as a file
guide-question-edit-title = Correct a question
guide-answer-forget-title = Forget one answer
guide-answer-buttons-title = Buttons under an answer
guide-answer-length-title = Longer or shorter
guide-answer-look-title = Tables and smoothness
guide-queue-title = Several questions at once
guide-settings-title = The settings
guide-temperature-title = Strict or creative
guide-system-title = A role for the model
guide-window-title = How much it remembers
guide-seed-title = The same answer each time
guide-mode-title = One model or a pipeline
guide-pipe-title = Build a pipeline
guide-pipe-base-title = The base pipeline
guide-pipe-vote-title = Many answers into one
guide-pipe-memory-title = Does a pipeline fit
guide-pipe-share-title = Save and share
guide-steps-title = What each model said
guide-step-again-title = One stage again
guide-duel-title = Models talk to each other
guide-run-files-title = Files of a run
guide-invite-title = Invite somebody
guide-users-title = Who is in
guide-access-title = How to get in
guide-owner-title = Become the owner
guide-places-title = More places
guide-groups-title = In a group
guide-admin-title = The owner's menu
guide-servers-title = State of the servers
guide-memory-title = Free memory
guide-err-memory-title = Does not fit into memory
guide-err-server-title = The server is down
guide-err-silent-title = The model is silent
guide-err-gone-title = The model is gone
guide-err-crash-title = The model crashed
guide-err-code-title = An error with a code
guide-err-file-title = A bad model file
guide-err-disk-title = The disk is full
guide-err-token-title = The token is refused
guide-err-port-title = The port is taken
guide-not-photo-title = Photos and pictures
guide-not-document-title = PDF, Word, Excel
guide-not-voice-title = Voice
guide-not-web-title = Internet search
guide-not-kb-title = Knowledge base
guide-not-stats-title = Statistics

## Around it

guide-name = 🧭 guide
button-guide = 🧭 Ask the guide
button-help-topics = 📖 Topics
help-topics-head = 📖 What would you like to know?
help-found = 📖 Topics with “{ $words }”:
help-none-found = 📖 No topic has “{ $words }” in it. All of them:
help-section-start = 🚀 Beginning
help-section-models = 🤖 Models
help-section-dialogs = 💬 Dialogs
help-section-answers = ✍️ Questions and answers
help-section-settings = ⚙️ Settings
help-section-pipelines = 🧩 Several models
help-section-people = 👥 People and the owner
help-section-errors = ⚠️ When something fails
help-section-absent = 🚧 Not yet
step-guide = 🧭 Meanwhile the guide answers, a very small model that knows only this bot. Just ask it: how do I add a model?
guide-waits = 🧭 The guide, a very small model that knows this bot, answers here as soon as llama.cpp is built: the first make run does it in the background (5–10 minutes), make embedded in sight. Until then: /help
picker-guide = 🤖 No models found yet, only the 🧭 guide, which knows nothing but this bot: ask it how to add a model. /start lets the owner download one with a tap. Or start Ollama or LM Studio and download a model there, or put a GGUF file into the models folder; then press ↻.
