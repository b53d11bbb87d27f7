## Pipelines that cannot run, or not to their end

error-nothing-said = { $model } said nothing.
error-no-pipeline-base = There is no base pipeline: the file config/pipeline.yaml is missing. Your question is kept.
error-no-pipeline-manual = The pipeline of this dialog does not exist any more. Your question is kept.
error-pipeline-broken = The pipeline cannot be used. { $problem }
error-models-missing = { $count ->
    [one] The pipeline needs a model that is not there now: { $models }. Your question is kept.
   *[other] The pipeline needs models that are not there now: { $models }. Your question is kept.
}
error-stage-failed = Stage { $number } of { $total }{ $name } came to nothing: { $why }
error-stage-too-few = In stage { $number } of { $total }{ $name } only { $heard } of { $asked } answered: { $why }
