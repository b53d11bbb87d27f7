## Steps of a pipeline

command-steps = how the answer of a pipeline came about
steps-head = 🧩 Run { $number }
steps-mode-base = base pipeline
steps-mode-manual = pipeline
steps-running = running
steps-stopped = stopped
steps-failed = failed
steps-interrupted = interrupted
steps-again-of = again from run { $number }
steps-none = 🧩 No pipeline has answered in this dialog yet. /mode chooses one, /pipe builds one.
steps-unknown = 🧩 There is no run “{ $words }” here. /steps shows the last one, /steps 12 the run of the folder session_012.
steps-gone = This run is not there any more.
steps-not-yet = not begun
steps-stage = 🧩 Stage { $number } { $name }
steps-system = System prompt: { $text }
steps-asked = Asked: { $text }
steps-said = Answer: { $text }
steps-nothing = (no text)
steps-problem = { $kind ->
    [NoSuchModel] (no answer: this model is not there now)
    [ModelsAway] (no answer: the folder of the model is not there now)
    [ServerDown] (no answer: the server did not reply)
    [ServerBusy] (no answer: the server was busy)
    [SilentModel] (no answer: the model was silent)
    [NothingSaid] (no answer: the model said nothing)
    [BrokenStream] (no answer: the connection broke)
    [NoMemory] (no answer: there was not enough memory)
    [ContextTooLong] (no answer: the question did not fit into the window of the model)
    [ModelCrashed] (no answer: the model crashed)
   *[other] (no answer: { $kind })
}
steps-models = 🔀 Which model does stage { $stage } instead? The stages below follow.
steps-model-gone = This model is not there now.
steps-begins = 🔁 It begins. The old answer is kept: ‹ › under the answer.
steps-words = ✏️ Reply to this message with another system prompt for stage { $stage }. The stage is then done again with it, and the stages below follow.
steps-button-alone = 🔁 This stage only
steps-button-follow = 🔁 From this stage on
steps-button-model = 🔀 Another model
steps-button-words = ✏️ Another prompt
steps-button-answer = 📄 Answer
steps-button-prompt = 📄 Prompt
steps-button-replay = 🔂 Run it all again
steps-button-compare = ≠ Compare with run { $number }
steps-compared = ≠ Run { $number } against run { $other }:
steps-same = = Run { $number } and run { $other } are the same, word for word.
steps-difference = { $stage }. { $model }: { $what } · texts { $percent } % alike
steps-what-text = text
steps-what-prompt = prompt
steps-what-params = parameters
steps-what-model = model
steps-what-state = outcome
steps-what-missing = only in one of them
