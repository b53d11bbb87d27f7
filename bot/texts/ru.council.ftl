## Цепочки, которые не могут начаться или дойти до конца

error-nothing-said = { $model } ничего не ответила.
error-no-pipeline-base = Базовой цепочки нет: не хватает файла config/pipeline.yaml. Вопрос сохранён.
error-no-pipeline-manual = Цепочки этого диалога больше нет. Вопрос сохранён.
error-pipeline-broken = Цепочку нельзя запустить.
    { $problem }
error-models-missing = { $count ->
    [one] Цепочке нужна модель, которой сейчас нет: { $models }. Вопрос сохранён.
    [few] Цепочке нужны модели, которых сейчас нет: { $models }. Вопрос сохранён.
   *[many] Цепочке нужны модели, которых сейчас нет: { $models }. Вопрос сохранён.
}
error-stage-failed = Этап { $number } из { $total }{ $name } не дал ответа: { $why }
error-stage-not-begun = Этап { $number } из { $total }{ $name } не может начаться, поэтому ничего нового не спрошено. { $why }
error-stage-too-few = На этапе { $number } из { $total }{ $name } ответили только { $heard } из { $asked }: { $why }

## Цепочка в работе

council-head = 🧩 { $name }
council-unnamed = Цепочка
council-base = базовая цепочка
council-manual = цепочка
council-seconds = { $seconds } с
council-characters = { $characters ->
    [one] { $characters } знак
    [few] { $characters } знака
   *[many] { $characters } знаков
}
council-loading = загружается
council-queue = в очереди: { $place }
council-in-turn = ⏳ по очереди: вместе { NUMBER($need, maximumFractionDigits: 2) } ГБ, свободно { NUMBER($free, maximumFractionDigits: 2) } ГБ
council-no-answer = не ответила
button-skip = ⏭ Пропустить этап
skip-skipping = ⏭ Пропускаю
skip-over = Этот этап уже закончился.

## Что получилось

button-continue = ▶️ Продолжить
footer-heard = { $heard } из { $asked }
vote-nothing = 🗳 Голосования не вышло: ответы нельзя сравнить, поэтому вот они все.
vote-tie = 🗳 Голосов поровну; решило правило этого этапа.
judge-order = ⚖️ Когда порядок ответов поменяли, судья выбрал другой.
judge-unclear = ⚖️ Оценки судьи не удалось прочитать; это первый из ответов.
