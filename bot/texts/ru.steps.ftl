## Шаги цепочки

command-steps = как получился ответ цепочки
steps-head = 🧩 Запуск { $number }
steps-mode-base = базовая цепочка
steps-mode-manual = цепочка
steps-running = идёт
steps-stopped = остановлен
steps-failed = не удался
steps-interrupted = прерван
steps-again-of = заново из запуска { $number }
steps-none = 🧩 В этом диалоге цепочка ещё не отвечала. Выбрать её можно в /mode, собрать в /pipe.
steps-unknown = 🧩 Запуска «{ $words }» здесь нет. /steps покажет последний, /steps 12 запуск из папки session_012.
steps-gone = Этого запуска больше нет.
steps-not-yet = не начат
steps-stage = 🧩 Этап { $number } { $name }
steps-system = Системный промпт: { $text }
steps-asked = Вопрос модели: { $text }
steps-said = Ответ: { $text }
steps-nothing = (без текста)
steps-problem = { $kind ->
    [NoSuchModel] (нет ответа: этой модели сейчас нет)
    [ModelsAway] (нет ответа: папки с моделью сейчас нет)
    [ServerDown] (нет ответа: сервер не отвечал)
    [ServerBusy] (нет ответа: сервер был занят)
    [SilentModel] (нет ответа: модель молчала)
    [NothingSaid] (нет ответа: модель ничего не сказала)
    [BrokenStream] (нет ответа: связь оборвалась)
    [NoMemory] (нет ответа: не хватило памяти)
    [ContextTooLong] (нет ответа: вопрос не поместился в окно модели)
    [ModelCrashed] (нет ответа: модель упала)
   *[other] (нет ответа: { $kind })
}
steps-models = 🔀 Какая модель заново пройдёт этап { $stage }? Следующие этапы пойдут за ним.
steps-model-gone = Этой модели сейчас нет.
steps-begins = 🔁 Начинаю. Прежний ответ сохранён: ‹ › под ответом.
steps-words = ✏️ Ответьте на это сообщение новым системным промптом для этапа { $stage }. Этап пройдёт с ним заново, следующие этапы пойдут за ним.
steps-button-alone = 🔁 Только этот этап
steps-button-follow = 🔁 С этого этапа
steps-button-model = 🔀 Другая модель
steps-button-words = ✏️ Другой промпт
steps-button-answer = 📄 Ответ
steps-button-prompt = 📄 Промпт
steps-button-replay = 🔂 Повторить всё
steps-button-compare = ≠ Сравнить с запуском { $number }
steps-compared = ≠ Запуск { $number } и запуск { $other }:
steps-same = = Запуски { $number } и { $other } совпадают слово в слово.
steps-difference = { $stage }. { $model }: { $what } · тексты совпадают на { $percent } %
steps-what-text = текст
steps-what-prompt = промпт
steps-what-params = параметры
steps-what-model = модель
steps-what-state = исход
steps-what-missing = есть только в одном
