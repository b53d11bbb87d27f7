## Pipelines that cannot run, or not to their end

error-nothing-said = { $model } said nothing.
error-no-pipeline-base = There is no base pipeline: the file config/pipeline.yaml is missing. Your question is kept.
error-no-pipeline-manual = The pipeline of this dialog does not exist any more. Your question is kept.
error-pipeline-broken = The pipeline cannot be used.
    { $problem }
error-models-missing = { $count ->
    [one] The pipeline needs a model that is not there now: { $models }. Your question is kept.
   *[other] The pipeline needs models that are not there now: { $models }. Your question is kept.
}
error-stage-failed = Stage { $number } of { $total }{ $name } came to nothing: { $why }
error-stage-not-begun = Stage { $number } of { $total }{ $name } cannot begin, so nothing new was asked. { $why }
error-stage-too-few = In stage { $number } of { $total }{ $name } only { $heard } of { $asked } answered: { $why }

## A pipeline on its way

council-head = 🧩 { $name }
council-unnamed = Pipeline
council-base = base pipeline
council-manual = pipeline
council-seconds = { $seconds } s
council-characters = { $characters ->
    [one] { $characters } character
   *[other] { $characters } characters
}
council-loading = loading
council-queue = in the queue: { $place }
council-in-turn = ⏳ one after another: together { NUMBER($need, maximumFractionDigits: 2) } GB, free { NUMBER($free, maximumFractionDigits: 2) } GB
council-no-answer = no answer
button-skip = ⏭ Skip this stage
skip-skipping = ⏭ Skipping
skip-over = This stage is over already.

## What came of it

button-continue = ▶️ Continue
footer-heard = { $heard } of { $asked }
vote-nothing = 🗳 No vote: no two answers can be compared, so here they all are.
vote-tie = 🗳 Equally many votes; the rule of this stage decided.
judge-order = ⚖️ The judge preferred another answer when the order was turned.
judge-unclear = ⚖️ The judge gave no scores that could be read; this is the first answer.
