## Ответ в работе

answer-placeholder = ⏳ …
answer-thinking = 🧠 Думает… пока { $characters ->
    [one] { $characters } знак
    [few] { $characters } знака
   *[many] { $characters } знаков
}
answer-loading = ⏳ Модель загружается…
answer-silent = 🕰 Ни слова уже { $minutes } мин. На небыстрой машине длинный вопрос требует времени: ждите дальше или нажмите ⏹.
answer-queued = ⏳ В очереди: номер { $place }
button-stop = ⏹ Стоп

## Готовый ответ

answer-stopped = ⏹ Остановлено.
answer-interrupted = ⚡ Ответ прервался. Вопрос сохранён: нажмите 🔁, чтобы спросить снова.
answer-failed = ⚠️ Ответа пока нет. Вопрос сохранён: нажмите 🔁, чтобы спросить снова.
answer-empty = Модель ничего не сказала.
answer-only-thoughts = Модель только думала и ничего не сказала: её мысли под кнопкой 🧠.
answer-window = ✂️ Обрезано: окно модели заполнено. Окно побольше: /set n_ctx 16384
answer-length = ✂️ Обрезано по max_tokens.
answer-left-out = { $turns ->
    [one] ✂️ { $turns } прежняя реплика уже не помещается в окно модели.
    [few] ✂️ { $turns } прежние реплики уже не помещаются в окно модели.
   *[many] ✂️ { $turns } прежних реплик уже не помещается в окно модели.
}
answer-in-file = 📄 Ответ длинный: целиком он в файле.
answer-file-name = ответ
footer-tokens = { $tokens ->
    [one] { $tokens } токен
    [few] { $tokens } токена
   *[many] { $tokens } токенов
}
footer-pace = { NUMBER($pace, minimumFractionDigits: 1, maximumFractionDigits: 1) } токенов/с
footer-seconds = { NUMBER($seconds, minimumFractionDigits: 1, maximumFractionDigits: 1) } с
button-again = 🔁 Ещё раз
button-other-model = 🤖 Другая модель

## Выбор модели

picker-choose = 🤖 Какая модель отвечает в этом диалоге?
    🔵 загружена · 🟢 помещается · 🟡 медленно · 🔴 не помещается
picker-question-waits = 🤖 Вопрос сохранён. Какая модель ответит?
    🔵 загружена · 🟢 помещается · 🟡 медленно · 🔴 не помещается
picker-empty-waits = 🤖 Моделей пока не нашлось, а вопрос сохранён. Запустите Ollama или LM Studio и скачайте там модель; положите файл GGUF в папку models или скачайте модель кнопкой в /start (она у владельца) и нажмите ↻.
picker-empty = 🤖 Моделей пока не нашлось. Запустите Ollama или LM Studio и скачайте там модель; положите файл GGUF в папку models или скачайте модель кнопкой в /start (она у владельца) и нажмите ↻.
picker-refresh = ↻ Посмотреть снова
model-chosen = 🤖 Здесь теперь отвечает { $model } ({ $server }).
model-none = Модели, в имени которой есть «{ $words }», нет. Выберите из этих или отправьте /model без слов, чтобы увидеть список.
model-many = «{ $words }» подходит к нескольким моделям: { $names }. Напишите имя полнее, например /model qwen3:4b
model-gone = Этой модели сейчас нет. Нажмите ↻, чтобы обновить список.
dialog-gone = Этого диалога больше нет.

## Остановка

stop-stopping = ⏹ Останавливаю
stop-nothing = Здесь ничего не выполняется.

## Вопрос

ask-nothing = Напишите вопрос в том же сообщении, например: «что такое файл GGUF?»
ask-empty = Напишите вопрос после команды, например: /ask что такое файл GGUF?

## Ошибки

error-server-down = Сервер { $server } не отвечает. Вопрос сохранён.
error-server-busy = Сервер { $server } занят. Вопрос сохранён: попробуйте чуть позже.
error-silent = { $model } молчит уже { $seconds } с. Вопрос сохранён.
error-broken = Связь с { $server } оборвалась посреди ответа. Сказанное сохранено.
error-no-such-model = Модели { $model } больше нет. Вопрос сохранён: выберите другую.
error-no-memory = { $model } не помещается в память. Выберите модель поменьше или окно поменьше: /set n_ctx 4096
error-no-memory-numbers = { $model }: нужно { NUMBER($need, minimumFractionDigits: 1, maximumFractionDigits: 2) } ГБ, свободно { NUMBER($free, minimumFractionDigits: 1, maximumFractionDigits: 2) } ГБ. Выберите модель поменьше или окно поменьше: /set n_ctx 4096
error-no-memory-parts = { $model }: нужно { NUMBER($need, minimumFractionDigits: 1, maximumFractionDigits: 2) } ГБ = веса { NUMBER($weights, minimumFractionDigits: 1, maximumFractionDigits: 2) } + контекст { NUMBER($context, minimumFractionDigits: 1, maximumFractionDigits: 2) } + работа { NUMBER($work, minimumFractionDigits: 1, maximumFractionDigits: 2) }; свободно { NUMBER($free, minimumFractionDigits: 1, maximumFractionDigits: 2) } ГБ.
error-no-memory-nothing-fits = Не поместится никак: выберите модель поменьше.
error-no-memory-window = Поместится с окном поменьше: /set n_ctx { $tokens }
error-no-memory-layers = Поместится, если на GPU будет { $layers ->
        [0] ни одного слоя
        [one] { $layers } слой
        [few] { $layers } слоя
       *[many] { $layers } слоёв
    }: /set n_gpu_layers { $layers }
error-no-memory-window-layers = Поместится с окном поменьше и другим числом слоёв на GPU: /set n_ctx { $tokens } и /set n_gpu_layers { $layers }
error-no-memory-other = { $other } — та же модель, но меньше, и она поместится.
error-context = Вопрос и системный промпт занимают { $tokens } токенов, а в окне для них, кроме ответа, есть место на { $window }. Сократите их или увеличьте окно: /set n_ctx { $larger }
error-context-unknown = Разговор длиннее окна модели { $model }, и часть его потерялась по дороге. Увеличьте окно (/set n_ctx 16384) или начните новый диалог: /new
error-not-installed = Встроенные модели не установлены: нет llama-cpp-python (make embedded).
error-refused = { $server } отказал: { $detail }
error-disk-full = Диск полон: сохранить ничего нельзя. Освободите место и попробуйте снова.
error-locked = База данных занята. Попробуйте чуть позже.
error-storage = База данных сейчас не работает. Ничего из сохранённого не пропало; причина записана в журнале.
error-bad-key = Настройки «{ $value }» нет. Есть: { $allowed }. Пример: /set { $example }
error-bad-value = { $key } не может быть «{ $value }»: допустимо { $allowed }. Пример: /set { $example }
error-no-model = В этом диалоге не выбрана модель: /model
error-no-places = Все места заняты ({ $places }).
error-invite-spent = Приглашение уже использовано или истекло. Попросите новое.
error-unexpected = Что-то пошло не так. Код { $code }: по нему причину можно найти в журнале.

## Кнопки под ответом

retry-nothing = Здесь ещё ничего не спрашивали.
retry-running = На этот вопрос ответ как раз готовится.
answer-gone = Этого ответа больше нет.
answer-deleted = Забыто.
thoughts-file-name = мысли
button-delete-answer = 🗑 Забыть вопрос и ответ
button-back = ‹ Назад

## На консоли

console-running = Consilium работает: { $link }
console-owner-link = У бота ещё нет владельца. Откройте эту ссылку один раз, и он ваш:
      { $link }
console-sandbox = BOT_TOKEN не задан, поэтому открыта песочница. Её адрес для браузера: { $link }
console-bad-setting = { $name }: «{ $value }» не подходит, допустимо { $allowed } (все настройки объяснены в .env.example)
console-bad-token = BOT_TOKEN: Telegram не знает такого токена. Возьмите его у @BotFather, в точности как там.
console-in-use = Consilium уже работает с данными в { $folder }. Сначала остановите его или задайте этому свой DATA_DIR (для песочницы — SANDBOX_DIR).
console-database-newer = База данных записана более новой версией Consilium (формат { $found }, эта версия знает { $known }). Обновите программу или отложите папку с данными.
console-database = Базу данных в { $folder } использовать нельзя: { $detail }. Ничего не изменено.
console-port = Порт { $port } занят: может быть, Consilium уже работает? Иначе задайте в SANDBOX_PORT другое число.
console-folder = Файл или папку использовать нельзя: { $detail }
