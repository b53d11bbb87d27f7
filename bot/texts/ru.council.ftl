## Цепочки, которые не могут начаться или дойти до конца

error-nothing-said = { $model } ничего не ответила.
error-no-pipeline-base = Базовой цепочки нет: не хватает файла config/pipeline.yaml. Вопрос сохранён.
error-no-pipeline-manual = Цепочки этого диалога больше нет. Вопрос сохранён.
error-pipeline-broken = Цепочку использовать нельзя. { $problem }
error-models-missing = { $count ->
    [one] Цепочке нужна модель, которой сейчас нет: { $models }. Вопрос сохранён.
    [few] Цепочке нужны модели, которых сейчас нет: { $models }. Вопрос сохранён.
   *[many] Цепочке нужны модели, которых сейчас нет: { $models }. Вопрос сохранён.
}
error-stage-failed = Этап { $number } из { $total }{ $name } не дал ответа: { $why }
error-stage-too-few = На этапе { $number } из { $total }{ $name } ответили только { $heard } из { $asked }: { $why }
