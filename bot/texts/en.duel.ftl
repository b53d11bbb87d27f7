# Talks between models: /duel

command-duel = let models talk with one another
duel-runs = A talk runs here already. Stop it first: /stop
duel-gone = This talk is over, or not there any more.
duel-person = Host

## Setting one up

duel-setup-head = 🎭 A talk between models. Choose two to four, and a topic. At once: /duel llama3 qwen3 Tea or coffee?
duel-setup-topic = Topic: { $topic }
duel-setup-turns = Speeches: { $turns }. A tap on a model lets it begin.
duel-setup-missing = Two models and a topic are needed at least.
duel-models-head = Who joins the talk? The same model may come twice.
duel-asks-topic = What shall they talk about? Write it as a message.
duel-asks-prompt = Who is it, and how does it speak? Write it as a message: “You are a sceptical physician.”
duel-cancelled = There will be no talk.
duel-button-model = ➕ Model
duel-button-topic = 💬 Topic
duel-button-prompt = 📝 Role
duel-button-start = ▶ Begin
duel-button-cancel = ✖ Cancel

## While it runs

duel-begins = 🎭 { $names }. Write something to step in.
duel-goes-on = ▶ It goes on: { $names }
duel-pausing = ⏸ It will pause after this speech
duel-button-pause = ⏸ Pause

## When it does not

duel-paused-person = ⏸ The talk is paused.
duel-paused-failed = ⏸ The talk is paused: a model could not answer.
duel-paused-interrupted = ⏸ The talk was interrupted.
duel-done-person = ⏹ The talk is over.
duel-done-turns = 🏁 Everybody had their turns.
duel-done-repetition = 🔁 They begin to repeat themselves, so the talk is over.
duel-done-time = ⏱ The talk has lasted half an hour, and ends here.
duel-facts = Speeches: { $spoken } of { $turns }
duel-step-in = A message from you joins the talk, and it goes on.
duel-button-go = ▶ Go on
duel-button-end = ⏹ End
duel-button-more = ➕ { $turns } more
duel-button-export = 📄 As a file
duel-export-head = The talk as a file:
