## Who answers in a dialog

command-mode = one model or a pipeline of several
command-pipe = your pipelines: build, change, share
mode-head = 🧭 Who answers in “{ $title }”?
mode-now-chat = Now: one model, { $model }.
mode-now-nobody = Now: one model, not chosen yet. /model chooses it.
mode-now-base = Now: the base pipeline.
mode-now-manual = Now: your pipeline “{ $name }”.
mode-manual-none = No pipeline is chosen for this dialog yet. Make one or choose one: /pipe
mode-base-not = ⚠️ The base pipeline cannot answer now. { $why }
mode-base-no-file = There is no file config/pipeline.yaml.
mode-base-missing = { $count ->
    [one] A model of it is missing: { $names }.
   *[other] Models of it are missing: { $names }.
}
mode-unknown = There is no mode “{ $word }”. There are: { $allowed }. Example: /mode base
button-mode = 🧭 Who answers
button-mode-chat = 🤖 One model
button-mode-base = 🏛 Base pipeline
button-pipe-look = 👁 Look
button-pipes-all = 🧩 My pipelines

## The list

pipes-head = { $count ->
    [one] 🧩 { $count } pipeline of yours
   *[other] 🧩 { $count } pipelines of yours
}
pipes-none = 🧩 A pipeline lets several models work on one question: one drafts, another reviews, several give their opinions and one sums up.

    You have none yet. The quickest way is a ready-made one: it is filled with the models you have.
pipes-full = { $most } pipelines are as many as one person may have. Delete one first.
button-pipe-new = ➕ New
button-ready = ✨ Ready-made

## One pipeline

pipe-unnamed = Pipeline
pipe-new-name = My pipeline
pipe-base-name = Base pipeline
pipe-first-stage = answer
pipe-fresh-stage = stage
pipe-stage-unnamed = stage { $number }
pipe-here = ✓ It answers in this dialog: just write.
pipe-saved = Saved. Every change is kept at once.
pipe-used = It answers here now
pipe-of-other = This pipeline belongs to somebody else. You can take a copy and change that.
pipe-base-hint = This is the base pipeline: the owner of the bot keeps it in a file. You can take a copy and change that.
pipe-moved = The pipeline looks different by now. This is how it is:
pipe-gone = This pipeline does not exist any more.
pipe-not-yours = Only its owner changes a pipeline. Take a copy and change that.
pipe-no-models = There is no model yet. Start Ollama or LM Studio with one, then press again.
pipe-deleted = 🗑 Deleted
pipe-delete-really = { $dialogs ->
    [0] 🗑 Delete the pipeline “{ $name }” for good?
    [one] 🗑 Delete the pipeline “{ $name }” for good? It answers in { $dialogs } dialog, which will have to choose anew.
   *[other] 🗑 Delete the pipeline “{ $name }” for good? It answers in { $dialogs } dialogs, which will have to choose anew.
}
button-stage-add = ➕ Stage
button-pipe-use = ▶️ Answer here
button-pipe-copy = 📋 Take a copy
button-pipe-rename = ✏️ Rename
button-pipe-twin = 📋 Duplicate
button-pipe-back = ‹ Pipeline

## Memory

pipe-fits = 🟢 Memory: up to { NUMBER($need, maximumFractionDigits: 1) } GB at once, { NUMBER($free, maximumFractionDigits: 1) } GB free.
pipe-at-hand = 🟢 Memory: nothing more is needed, all of it is loaded or on other machines; { NUMBER($free, maximumFractionDigits: 1) } GB free.
pipe-slow = 🟡 Memory: up to { NUMBER($need, maximumFractionDigits: 1) } GB at once, { NUMBER($free, maximumFractionDigits: 1) } GB free. It fits, but not all of it on the graphics card.
pipe-in-turns = 🟡 Memory, stage { $stage }: { NUMBER($need, maximumFractionDigits: 1) } GB at once would be too much for { NUMBER($free, maximumFractionDigits: 1) } GB free. One after another it fits, up to { NUMBER($largest, maximumFractionDigits: 1) } GB.
pipe-too-big = 🔴 Memory, stage { $stage }: { NUMBER($need, maximumFractionDigits: 1) } GB are needed, { NUMBER($free, maximumFractionDigits: 1) } GB are free. Choose a smaller model or a smaller n_ctx.
pipe-memory-unknown = ⚪ Memory: a server does not say now what its models take.
pipe-missing = { $count ->
    [one] ⚠️ A model is not there now: { $names }. Press its stage and choose another.
   *[other] ⚠️ { $count } models are not there now: { $names }. Press their stages and choose others.
}

## Sharing

button-pipe-file = 📄 As a file
button-pipe-link = 🔗 Share by a link
button-pipe-unlink = 🔕 Stop sharing
pipe-share-hint = By a link, people of this bot look at it and take copies. As a file it goes anywhere: sent to a bot like this one, it is a pipeline again.
pipe-shared = 🔗 Whoever is admitted to this bot looks at it here and can take a copy, as it is at that moment:
    { $link }
pipe-shared-with-you = 🔗 Somebody shares a pipeline with you:
pipe-link-gone = This link leads nowhere: the pipeline is not shared any more.
pipe-file-caption = Send this file to the bot, and it is a pipeline again.
pipe-file-taken = ✓ The file is a pipeline of yours now.
pipe-file-wrong = 📄 This file cannot be read as a pipeline.
    { $problem }
pipe-file-large = 📄 This file is too large for a pipeline: at most { $most } thousand characters.
problem-head = { $file }, line { $line }:
problem-allowed = Allowed: { $allowed }
problem-unreadable = The file cannot be read: { $given }
problem-not-utf8 = The text is not UTF-8.
problem-not-yaml = This is no YAML: { $given }
problem-too-long = Too long: { $key } { $given }
problem-not-a-table = Here should stand keys with values ({ $key }).
problem-not-a-list = { $key } has to be a list.
problem-not-text = { $key } has to be a text.
problem-unknown-key = There is no key “{ $given }” here.
problem-twice = The key { $key } stands twice.
problem-missing = { $key } is missing.
problem-empty = { $key } is empty.
problem-too-many = Too many of { $key }: { $given }.
problem-not-a-number = { $key } has to be a number, not “{ $given }”.
problem-out-of-range = { $key } cannot be { $given }.
problem-not-one-of = { $key } cannot be “{ $given }”.

## One stage

stage-head = 🧩 Stage { $number } of { $count }: { $name }
stage-models = 🤖 Models: { $models }
stage-reads = 📥 Reads: { $what }
stage-params = 🎛 Parameters: { $params }
stage-merge = 🧮 Answers become one: { $how }
stage-runs = ⏱ { $how }; { $needs }
stage-prompt = 📝 System prompt: { $prompt }
stage-prompt-none = 📝 System prompt: that of the dialog
stage-needs-one = goes on if one model fails
stage-needs-all = every model must answer
button-stage-models = 🤖 Models
button-stage-prompt = 📝 Prompt
button-stage-reads = 📥 Reads
button-stage-params = 🎛 Parameters
button-stage-merge = 🧮 Join answers
button-stage-runs = ⏱ Order
button-stage-name = ✏️ Name
stage-reads-head = 📥 What does the stage “{ $name }” read?
pipe-input-question = the question
pipe-input-previous = the stage before
pipe-input-both = the question and the stage before
pipe-input-all = the question and all stages before
pipe-input-question-short = reads the question
pipe-input-previous-short = reads the stage before
pipe-input-both-short = reads question + stage before
pipe-input-all-short = reads everything
stage-runs-head = ⏱ How are several models asked, and what if one fails?
pipe-execution-auto = together if they fit
pipe-execution-parallel = all together
pipe-execution-sequential = one after another

## Models of a stage

stage-models-head = 🤖 Who speaks in this stage? At most { $most }. Under ⚙️: how many answers a model gives, its own prompt and parameters.
stage-models-now = Now: { $models }
stage-models-range = A stage has from 1 to { $most } models.
voice-head = 🤖 { $model } in this stage
voice-gone = ⚠️ This model is not there now. Choose another one: the prompt and the parameters stay.
voice-samples = { $samples ->
    [one] 🔢 It gives { $samples } answer.
   *[other] 🔢 It gives { $samples } answers.
}
voice-prompt = 📝 Its own system prompt: { $prompt }
voice-prompt-none = 📝 System prompt: that of the stage
button-voice-swap = 🔄 Choose another
button-voice-again = 📋 Once more
button-voice-quit = 🗑 Take it out
voice-swap-head = 🔄 Which model instead of { $model }? The prompt and the parameters stay.

## Parameters

params-head = 🎛 Parameters of the stage “{ $name }”. What is not set comes from the settings of the dialog.
params-head-voice = 🎛 Parameters of { $name } in this stage. What is not set comes from the stage.
param-allowed = Allowed: { $allowed }
button-param-own = ✏️ Another value
setting-samples = How many answers this model gives here: several answers of one model can vote too.
setting-weight = How much the vote of this model counts.

## Several answers become one

merge-head = { $voices ->
    [one] 🧮 { $voices } answer. What becomes of it?
   *[other] 🧮 { $voices } answers. How do they become one?
}
pipe-kind-concat = side by side
pipe-kind-majority-vote = vote
pipe-kind-synthesis = synthesis
pipe-kind-custom-template = template
pipe-kind-judge = judge
pipe-kind-by = { $kind } by { $model }
merge-concat = All answers one below the other, each under the name of its model.
merge-majority-vote = The final answers (a number, a choice, yes or no, a short text) are counted, and the most frequent one wins. The tally is shown.
merge-synthesis = A model reads all answers, without names and shuffled, and writes the best one out of them.
merge-custom-template = A template of yours puts the text together.
merge-judge = A model scores each answer, twice with the order turned, and the best one wins.
merge-by = 🤖 By: { $model }
merge-prompt-built-in = 📝 Prompt: the built-in one
merge-template-shown = 📐 Template:
    { $template }
merge-preview = 👁 With three example answers it becomes:

    { $text }
merge-example-question = How high is Mount Everest?
merge-example-answer = Example answer number { $number }.
merge-example-previous = What the stage before has said.
merger-head = 🤖 Which model does it?
pipe-tie-first = tie: the first
pipe-tie-longest = tie: the longest
pipe-tie-judge = tie: a judge
button-merge-model = 🤖 Which model
button-merge-built-in = 🧹 Built-in one
button-merge-template = 📐 Write a template
button-merge-preview = 👁 Preview
prompt-shown = 📝 System prompt:

    { $prompt }
prompt-none = 📝 No system prompt of its own. It tells the model what its part is here, e.g. “You are a strict editor: name what is wrong in the draft.”
button-prompt-write = ✏️ Write

## Words that are sent

words-pipeline = ✏️ Reply to this message with the new name of the pipeline, at most { $most } characters.
words-stage = ✏️ Reply to this message with the new name of the stage, at most { $most } characters.
words-prompt = 📝 Reply to this message with the system prompt. A long one (up to { $most } characters) may be a .txt file.
words-merge = 📝 Reply to this message with the prompt for the model that puts the answers together or judges them. A long one (up to { $most } characters) may be a .txt file.
words-template = 📐 Reply to this message with the template. What it can hold: question, previous, answers (each with number, model and text), steps (each with name and text), stage, date. An example:
words-param = ✏️ Reply to this message with a value for { $key }. Allowed: { $allowed }, e.g. { $example }
words-too-long = { $length } characters are too many: at most { $most }. Reply with a shorter text.
words-nothing = There were no words in it. Reply once more.
words-file = This file cannot be used: a text file in UTF-8 is needed, at most { $most } characters.

## Ready-made ones

ready-head = ✨ Ready-made pipelines. Each is filled with the models you have and can be changed like any other.
ready-tick = Who takes part? Tick up to { $most }; with fewer models each does more.
ready-range = From 1 to { $most } models take part in this one.
ready-touched = You have changed this pipeline since, so nothing is given out anew. Change its stages instead.
button-ready-done = ✓ Ready
button-ready-drop = ‹ Not this one
ready-draft = Draft, critique, final
ready-draft-about = One model writes, one finds faults, one writes the final answer.
ready-draft-draft = draft
ready-draft-draft-prompt = Answer the question fully and clearly. This is a first draft: better complete than polished. Write in the language of the question.
ready-draft-critique = critique
ready-draft-critique-prompt = You are a strict but fair editor. You get a question and a draft of its answer. List what is wrong, missing, unclear or superfluous in the draft, the most important first, each with how to mend it. If something is right, do not repeat it. Do not write the answer yourself. Write in the language of the question.
ready-draft-final = final
ready-draft-final-prompt = You get a question, a draft of its answer and a critique of that draft. Write the final answer: keep what is good, mend what the critique rightly names, ignore what it has wrong. Do not mention the draft or the critique. Write in the language of the question.
ready-vote = Three opinions and a vote
ready-vote-about = Several models answer on their own; the most frequent answer wins. For questions with one right answer: sums, choices, yes or no.
ready-vote-answers = opinions
ready-vote-answers-prompt = Think step by step, briefly. Then give the final answer alone on the last line, in the form “Answer: ...”, as short as possible: a number, a letter, yes or no, a name. Write in the language of the question.
ready-judge = Three opinions and a judge
ready-judge-about = Several models answer on their own; another one scores the answers, and the best wins. For questions with many good answers.
ready-judge-answers = opinions
ready-judge-answers-prompt = Answer the question as well as you can: correct, to the point, easy to read. Write in the language of the question.
ready-translate = Translate, answer, translate back
ready-translate-about = The question goes into English, where most models know more, and the answer comes back in your language.
ready-translate-there = into English
ready-translate-there-prompt = Translate the text of the person into English. Keep names, numbers, code and formatting as they are. Do not answer it, do not explain anything: give only the translation. If it is in English already, repeat it unchanged.
ready-translate-answer = answer
ready-translate-answer-prompt = Answer the question fully and clearly, in English.
ready-translate-back = back
ready-translate-back-prompt = You get a question and the English answer to it. Translate the answer into the language of the question. Keep names, numbers, code and formatting as they are. Give only the translation, without any words of your own.
ready-code = Plan, code, review
ready-code-about = One model plans, one writes the program, one reviews it and gives the mended version.
ready-code-plan = plan
ready-code-plan-prompt = You are an experienced software architect. You get a task. Write a short plan: what the program takes and gives, its parts, edge cases, which libraries if any. No code. Write in the language of the task.
ready-code-write = code
ready-code-write-prompt = You are a careful programmer. You get a task and a plan. Write the whole program, ready to run, with error handling and short comments where they help. Code in one block, then at most three sentences on how to run it, in the language of the task.
ready-code-review = review
ready-code-review-prompt = You review code. You get a task, a plan and a program. Look for mistakes, forgotten edge cases and risks. First list what you found, in short points; then give the whole mended program in one block. If nothing is wrong, say so and repeat the program. Write in the language of the task.
