## An answer in the making

answer-placeholder = ⏳ …
answer-thinking = 🧠 Thinking… { $characters } characters so far
answer-loading = ⏳ Loading the model…
answer-silent = 🕰 No word for { $minutes } min. A long question takes a while on a slow machine: keep waiting, or press ⏹.
answer-queued = ⏳ In the queue: number { $place }
button-stop = ⏹ Stop

## A finished answer

answer-stopped = ⏹ Stopped.
answer-interrupted = ⚡ The answer was interrupted. Your question is kept: press 🔁 to ask again.
answer-failed = ⚠️ There is no answer yet. Your question is kept: press 🔁 to ask again.
answer-empty = The model said nothing.
answer-only-thoughts = The model only thought, and said nothing: 🧠 shows what it thought.
answer-window = ✂️ Cut off: the window of the model is full. A larger one: /set n_ctx 16384
answer-length = ✂️ Cut off by max_tokens.
answer-left-out = { $turns ->
    [one] ✂️ { $turns } earlier turn no longer fits into the model's window.
   *[other] ✂️ { $turns } earlier turns no longer fit into the model's window.
}
answer-in-file = 📄 The answer is long: all of it is in the file.
answer-file-name = answer
footer-tokens = { $tokens ->
    [one] { $tokens } token
   *[other] { $tokens } tokens
}
footer-pace = { NUMBER($pace, minimumFractionDigits: 1, maximumFractionDigits: 1) } tokens/s
footer-seconds = { NUMBER($seconds, minimumFractionDigits: 1, maximumFractionDigits: 1) } s
button-again = 🔁 Again
button-other-model = 🤖 Another model

## Choosing a model

picker-choose = 🤖 Which model answers in this dialog?
    🔵 loaded · 🟢 fits · 🟡 slow · 🔴 does not fit
picker-question-waits = 🤖 Your question is kept. Which model answers?
    🔵 loaded · 🟢 fits · 🟡 slow · 🔴 does not fit
picker-empty-waits = 🤖 No models found yet, and your question is kept. Start Ollama or LM Studio and download a model there; put a GGUF file into the models folder, or let /start download one (the owner's button); then press ↻.
picker-empty = 🤖 No models found yet. Start Ollama or LM Studio and download a model there; put a GGUF file into the models folder, or let /start download one (the owner's button); then press ↻.
picker-refresh = ↻ Look again
model-chosen = 🤖 { $model } ({ $server }) answers here now.
model-none = There is no model with “{ $words }” in its name. Choose from these, or send /model alone for the list.
model-many = “{ $words }” fits several models: { $names }. Write more of the name, e.g. /model qwen3:4b
model-gone = This model is not there now. Press ↻ for a fresh list.
dialog-gone = This dialog does not exist any more.

## Stopping

stop-stopping = ⏹ Stopping
stop-nothing = Nothing is running here.

## Asking

ask-nothing = Write the question in the same message, e.g. “what is a GGUF file?”
ask-empty = Write the question after the command, e.g. /ask what is a GGUF file?

## Errors

error-server-down = The server { $server } does not answer. Your question is kept.
error-server-busy = The server { $server } is busy. Your question is kept: try again in a moment.
error-silent = { $model } has said nothing for { $seconds } s. Your question is kept.
error-broken = The connection to { $server } broke off in the middle of the answer. What was said is kept.
error-no-such-model = The model { $model } is not there any more. Your question is kept: choose another one.
error-no-memory = { $model } does not fit into memory. Choose a smaller model or a smaller window: /set n_ctx 4096
error-no-memory-numbers = { $model } needs { NUMBER($need, minimumFractionDigits: 1, maximumFractionDigits: 2) } GB, { NUMBER($free, minimumFractionDigits: 1, maximumFractionDigits: 2) } GB are free. Choose a smaller model or a smaller window: /set n_ctx 4096
error-no-memory-parts = { $model } needs { NUMBER($need, minimumFractionDigits: 1, maximumFractionDigits: 2) } GB = weights { NUMBER($weights, minimumFractionDigits: 1, maximumFractionDigits: 2) } + context { NUMBER($context, minimumFractionDigits: 1, maximumFractionDigits: 2) } + work { NUMBER($work, minimumFractionDigits: 1, maximumFractionDigits: 2) }; { NUMBER($free, minimumFractionDigits: 1, maximumFractionDigits: 2) } GB are free.
error-no-memory-nothing-fits = Nothing of it would fit: choose a smaller model.
error-no-memory-window = It would fit with a smaller window: /set n_ctx { $tokens }
error-no-memory-layers = It would fit with { $layers ->
        [0] no layer
        [one] { $layers } layer
       *[other] { $layers } layers
    } on the GPU: /set n_gpu_layers { $layers }
error-no-memory-window-layers = It would fit with a smaller window and other layers on the GPU: /set n_ctx { $tokens } and /set n_gpu_layers { $layers }
error-no-memory-other = { $other } is the same model in fewer bytes, and would fit.
error-context = Question and system prompt take { $tokens } tokens, and the window has room for { $window } beside the answer. Shorten them, or make the window larger: /set n_ctx { $larger }
error-context-unknown = The conversation is longer than the window of { $model }, and a part of it was lost on the way. Make the window larger (/set n_ctx 16384), or begin a new dialog: /new
error-not-installed = Embedded models are not installed: llama-cpp-python is missing (make embedded).
error-refused = { $server } refused: { $detail }
error-disk-full = The disk is full: nothing can be stored. Free some space and try again.
error-locked = The database is busy. Try again in a moment.
error-storage = The database cannot be used. Nothing was lost by it; the reason is in the log.
error-bad-key = There is no setting “{ $value }”. There are: { $allowed }. Example: /set { $example }
error-bad-value = { $key } cannot be “{ $value }”: allowed is { $allowed }. Example: /set { $example }
error-no-model = No model is chosen in this dialog: /model
error-no-places = All { $places } places are taken.
error-invite-spent = This invite is used up or expired. Ask for a new one.
error-unexpected = Something went wrong. Code { $code }: with it the reason can be found in the log.

## Buttons under an answer

retry-nothing = Nothing was asked here yet.
retry-running = This question is being answered right now.
answer-gone = This answer does not exist any more.
answer-deleted = Forgotten.
thoughts-file-name = thoughts
button-delete-answer = 🗑 Forget question and answer
button-back = ‹ Back

## On the console

console-running = Consilium is running: { $link }
console-owner-link = Nobody owns this bot yet. Open this link once, and it is yours:
      { $link }
console-sandbox = There is no BOT_TOKEN, so this is the sandbox. Open it in a browser: { $link }
console-bad-setting = { $name }: “{ $value }” is not possible, allowed is { $allowed } (.env.example explains every setting)
console-bad-token = BOT_TOKEN: Telegram does not know this token. Take it from @BotFather, as it stands there.
console-in-use = Consilium runs already with its data in { $folder }. Stop it first, or give this one a DATA_DIR of its own (SANDBOX_DIR for the sandbox).
console-database-newer = The database was written by a later version of Consilium (format { $found }, this version knows { $known }). Update the program, or put the data folder aside.
console-database = The database in { $folder } cannot be used: { $detail }. Nothing was changed.
console-port = Port { $port } is taken: does Consilium run already? Otherwise set SANDBOX_PORT to another number.
console-folder = A file or folder cannot be used: { $detail }
