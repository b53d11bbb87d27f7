## Пайплайны, которые не могут начаться или дойти до конца

error-nothing-said = { $model } ничего не ответила.
error-no-pipeline-base = Базового пайплайна нет: не хватает файла config/pipeline.yaml. Вопрос сохранён.
error-no-pipeline-manual = Пайплайна этого диалога больше нет. Вопрос сохранён.
error-pipeline-broken = Пайплайн нельзя запустить: { $file }, строка { $line }: { $what }. Можно: { $allowed }
error-models-missing = { $count ->
    [one] Пайплайну нужна модель, которой сейчас нет: { $models }. Вопрос сохранён.
    [few] Пайплайну нужны модели, которых сейчас нет: { $models }. Вопрос сохранён.
   *[many] Пайплайну нужны модели, которых сейчас нет: { $models }. Вопрос сохранён.
}
error-stage-failed = Этап { $number } из { $total }{ $name } не дал ответа: { $why }
error-stage-too-few = На этапе { $number } из { $total }{ $name } ответили только { $heard } из { $asked }: { $why }
