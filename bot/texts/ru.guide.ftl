## Что говорят проводник и /help. Проводник выучен на этих самых фразах: кто меняет фразу, запускает `make guide`.

guide-hello = 🧭 Я проводник, очень маленькая модель, и знаю только этого бота. Спросите, как здесь что-то сделать, например: как добавить модель?
guide-other = 🧭 Я только проводник и не знаю ничего, кроме этого бота. Для такого вопроса нужна настоящая модель. Пока её нет, /start предложит владельцу скачать небольшую; или установите Ollama (ollama.com), выполните ollama pull qwen3:4b и выберите её: /model. А как здесь что-то сделать, спросите меня.

guide-about = Этот бот даёт говорить в Telegram с языковыми моделями на ваших собственных компьютерах, с одной или с несколькими вместе. Просто напишите вопрос; все команды: /help
guide-commands = Все команды, по строке на каждую: /help. Ещё Telegram показывает их, если набрать / в поле сообщения.
guide-install = Нужны Python 3.11 или новее, git и make. В папке проекта: make run. Первый запуск всё установит и напечатает адрес песочницы.
guide-sandbox = Песочница – это тот же бот в браузере, без Telegram и без токена: make run, затем откройте http://127.0.0.1:8081. В настоящего бота из неё ничего не попадёт.
guide-telegram = Напишите @BotFather: /newbot. Полученный токен впишите в файл .env строкой BOT_TOKEN=… и снова запустите make run. Консоль напечатает ссылку, которая сделает вас владельцем.
guide-docker = docker compose up -d запускает одного бота; docker compose --profile local-llm up -d – ещё и Ollama с первой маленькой моделью. Ссылка владельца: docker compose logs -f bot
guide-offline = Модели отвечают без интернета; связь нужна только самому Telegram. В песочнице без сети работает всё.
guide-privacy = Ваши слова лежат только на компьютере владельца, в data/ и sessions/, и, как у любого бота, в Telegram; сервис из OPENAI_BASE_URL получает то, о чём спрашивают его модели. В боте владелец видит количество и размеры, но не слова; файлы, однако, у него. Статистика никуда не отправляется.
guide-backup = Остановите бота, затем: tar czf consilium-backup.tar.gz .env data config/*.yaml, и sessions, если она есть. На новом компьютере распакуйте архив в папке проекта, скопируйте models/ и запустите make run.
guide-update = В папке проекта: git pull, затем make run. Диалоги останутся.
guide-language = /lang меняет язык бота: /lang ru – русский, /lang en – английский.

guide-model-add = Положите файл GGUF в папку models и нажмите ↻ под /model: он появится в списке. Сервер не нужен.
guide-model-server = Запустите Ollama или LM Studio на этом же компьютере: бот сам найдёт их за несколько секунд. Модель для Ollama: ollama pull qwen3:4b. Потом выберите её: /model
guide-model-remote = Впишите адрес в .env: OLLAMA_BASE_URL, LMSTUDIO_BASE_URL, VLLM_BASE_URL, LLAMACPP_BASE_URL или OPENAI_BASE_URL с OPENAI_API_KEY. Потом запустите бота снова. Подробнее: docs/servers.ru.md
guide-model-choose = /model показывает модели; нажмите на одну, и она отвечает в этом диалоге. Короче: /model qwen3:4b
guide-model-which = По свободной памяти: 4 ГБ – qwen3:1.7b, для пробы qwen3:0.6b; 8 ГБ – qwen3:4b; 16 ГБ – qwen3:14b; 24 ГБ – qwen3:30b; 32 ГБ – qwen3:32b. В Ollama: ollama pull qwen3:4b. Сколько свободно: /start. Владелец скачает одним нажатием: /models → ⬇️ Модели для скачивания
guide-model-signs = В /model: 🔵 загружена, 🟢 помещается в свободную память, 🟡 медленная (на видеокарте только частично), 🔴 не помещается. 👁 видит картинки, 🧠 думает.
guide-model-default = /settings → 👤 Моё, во всех диалогах → 🤖 Новые диалоги: выберите модель, и каждый новый диалог начнётся с неё.
guide-model-remove = Файл: удалите его из папки models и нажмите ↻ под /model. В Ollama: ollama rm и имя модели. Диалоги останутся.
guide-model-list = /model показывает все модели, которые сейчас отвечают, с размером и тем, поместятся ли. /models говорит о каждой больше: окно, параметры, сервер.
guide-model-names = В config/models.yaml: имя, файл, default_n_ctx, default_gpu_layers и описание. Без записи файл предлагается под своим именем.
guide-thinking = /set thinking off – модель отвечает без размышлений, /set thinking on – снова с ними. Что она думала: 🧠 под ответом.
guide-gpu = Такие серверы, как Ollama, сами используют видеокарту. Для файлов GGUF, с CUDA Toolkit: make embedded CMAKE_ARGS=-DGGML_CUDA=on. Сколько их слоёв на ней: /set n_gpu_layers 20, все: /set n_gpu_layers -1. Свободная память карты: /start
guide-slow = Возьмите модель поменьше, со знаком 🟢 в /model, или окно поменьше: /set n_ctx 4096. Без размышлений тоже быстрее: /set thinking off. Первый ответ медленный, потому что модель загружается.
guide-embedded = Для файлов GGUF надо собрать llama-cpp-python: make embedded, 5–10 минут; нужен компилятор C++. Журнал в .venv/embedded.log. Ollama и LM Studio работают и без этого.
guide-model-none = Моделей пока нет. /start предложит владельцу скачать небольшую одним нажатием; или запустите Ollama и выполните ollama pull qwen3:4b, или положите файл GGUF в папку models, затем нажмите ↻ под /model.

guide-dialog-new = /new начинает новый диалог; /new Рецепты сразу даёт ему название.
guide-dialog-switch = /dialogs показывает все ваши диалоги: нажмите номер, потом «Открыть». /dialogs и слово ищет по названиям.
guide-dialog-rename = /rename и новое название, например: /rename Поездка на озеро
guide-dialog-delete = /delete удаляет этот диалог насовсем, /delete 12 или /delete рецепты – другой. Бот один раз переспросит; потом не останется следа.
guide-dialog-clear = /clear забывает всё, что было сказано в этом диалоге; модель и настройки остаются. Бот один раз переспросит.
guide-topics = Включите Threaded Mode в BotFather (настройки бота) и перезапустите бота: тогда каждая тема – отдельный диалог. Без этого между диалогами переключает /dialogs
guide-export = /export даёт этот диалог файлом: /export md, /export html, /export json или /export txt.
guide-history = /history показывает вопросы и ответы этого чата; /history и слова ищет по ним и по шагам цепочек.

guide-stop = Нажмите ⏹ под ответом или отправьте /stop. Что уже сказано, останется.
guide-retry = 🔁 под ответом или /retry отвечает ещё раз. Старый вариант сохраняется: ‹ 1/2 › листает их.
guide-answer-file = 📄 под ответом даёт его файлом. Очень длинный ответ сам приходит файлом.
guide-question-edit = Исправьте своё сообщение в Telegram: пока ответа ещё нет, считается исправленный вопрос. Потом нажмите 🔁 или напишите заново.
guide-answer-forget = ⋯ под ответом → 🗑 Забыть вопрос и ответ. Остальной диалог останется.
guide-answer-buttons = Под ответом: 🔁 ещё раз, 🧠 мысли, 📄 файлом, ⋯ ещё; в строке модель, токены, скорость и секунды. Спрятать: /set buttons off и /set footer off
guide-answer-length = max_tokens – самый длинный ответ: /set max_tokens 2000, чтобы длиннее, /set max_tokens 300, чтобы короче. Если заполнилось окно, увеличьте его: /set n_ctx 16384
guide-answer-look = /settings → 👤 Моё, во всех диалогах: там включаются богатые сообщения с настоящими таблицами и формулами и черновики, которые растут плавно. Каждое бот сначала покажет.
guide-queue = Просто пишите: отправленное сразу после вопроса присоединяется к нему, отправленное во время ответа ждёт своей очереди. Номер – ваше место в очереди.

guide-settings = /settings – меню этого диалога; короткий путь – /set, например: /set temperature 0.3
guide-temperature = /set temperature 0.2 – строже, /set temperature 1 – свободнее и изобретательнее. top_p сужает выбор слов: /set top_p 0.9
guide-system = /system и текст говорит модели, кто она и как себя вести: /system Ты терпеливый учитель. Убрать: /system -
guide-window = Окно – это сколько из диалога видит модель. Большее помнит больше и занимает больше памяти: /set n_ctx 16384. Самые старые реплики уходят первыми; новый диалог: /new
guide-seed = /set seed 42: с тем же seed и вопросом большинство серверов дают тот же ответ. Повторимым его делает и /set temperature 0

guide-mode = /mode меняет, кто отвечает: /mode chat – одна модель, /mode base – базовая цепочка, /mode manual – ваша собственная, выбранная в /pipe.
guide-pipe = /pipe открывает редактор цепочек: добавьте этапы, отметьте в каждом одну или несколько моделей, напишите им промпты. Потом нажмите «▶️ Пусть отвечает» и просто спрашивайте.
guide-pipe-base = Базовая цепочка описана в config/pipeline.yaml: этапы с моделями, промптами и параметрами. Включает её /mode base; если какой-то модели нет, причина написана там же.
guide-pipe-vote = В /pipe дайте этапу несколько моделей и под 🧮 выберите, как из их ответов получится один: рядом, голосование, синтез, шаблон или судья.
guide-pipe-memory = /pipe после каждого изменения показывает, поместится ли вся цепочка: 🟢🟡🔴. Если модели вместе не помещаются, пустите этап по очереди или возьмите модели поменьше.
guide-pipe-share = В /pipe откройте цепочку, потом ⋯: имя, копия, ссылка, файл YAML. Сохраняется она сама. Готовые – в /pipe под ✨.
guide-steps = /steps или 🧩 под ответом показывает, что сказала каждая модель каждого этапа, с её промптом, параметрами и временем.
guide-step-again = /steps → номер этапа → «🔁 Только этот этап» или «🔁 С этого этапа». Другая модель или промпт: нажмите там модель. Старый вариант сохраняется.
guide-duel = /duel даёт двум–четырём моделям поговорить друг с другом, например: /duel qwen3:4b gemma3:4b Кофе лучше чая? ⏹ их останавливает.
guide-run-files = Каждый запуск цепочки оставляет папку в sessions/ (в песочнице: sandbox/sessions): session_001 и так далее, с настройками, ответом каждого шага и final.txt. В чате: /steps

guide-invite = /invite делает ссылку для тех, кого вы хотите впустить: /invite 3 48 – на трёх человек и 48 часов. Это может только владелец.
guide-users = /users показывает владельцу, кто впущен; там же можно удалить человека со всеми его данными.
guide-access = Бот личный: нажмите 🙋 Попросить доступ и подождите владельца или попросите у него ссылку-приглашение.
guide-owner = При первом запуске консоль печатает ссылку: кто её откроет, тот владелец. Или впишите свой числовой id Telegram в .env как BOT_OWNER_ID и запустите снова.
guide-places = Мест 10, вместе с владельцем. Больше: BOT_MAX_USERS=20 в .env, потом запустите снова. Освободить место можно в /users
guide-groups = Добавьте бота в группу: там он отвечает на упоминания, ответы и /ask. /all on – отвечать на всё; для этого он должен быть админом группы.
guide-admin = /admin – меню владельца: люди, приглашения, серверы, модели, память. Только в личном чате с ботом.
guide-servers = /servers показывает владельцу, какие серверы моделей отвечают; ↻ смотрит снова. Упавшие серверы возвращаются сами.
guide-memory = /memory показывает владельцу свободную оперативную память, память видеокарты и загруженные модели. Свободная память видна и в /start

guide-err-memory = Модель больше, чем свободная память. Выберите поменьше, со знаком 🟢 в /model, уменьшите окно: /set n_ctx 4096, или закройте другие программы. Потом нажмите 🔁.
guide-err-server = Сервер не отвечает: запустите его снова (Ollama, LM Studio) и нажмите 🔁. Вопрос сохранён. Или выберите другую модель в /model и нажмите 🔁. Владелец видит серверы в /servers.
guide-err-silent = Большая модель загружается минуты, и длинный вопрос требует времени: подождите или нажмите ⏹, выберите поменьше в /model и нажмите 🔁. Сколько ждёт бот, говорит LLM_SILENCE_TIMEOUT_S.
guide-err-gone = Модель удалена, или её сервер недоступен. Вопрос сохранён: выберите другую в /model или верните эту, потом нажмите 🔁.
guide-err-crash = Процесс модели завершился, чаще всего от нехватки памяти. Вопрос сохранён: нажмите 🔁. Если повторится, возьмите модель поменьше в /model или окно поменьше: /set n_ctx 4096, и снова 🔁.
guide-err-code = Код записан вместе с причиной в data/logs/consilium.log (в песочнице: sandbox/data/logs); посмотреть может владелец. Спросить снова – 🔁. LOG_LEVEL=DEBUG в .env расскажет больше.
guide-err-file = Файл GGUF повреждён или скачан не до конца: скачайте его снова в папку models и нажмите ↻ под /model. Причина в data/logs/consilium.log (в песочнице: sandbox/data/logs)
guide-err-disk = Диск заполнен: освободите место и нажмите 🔁. Диалоги удаляет /delete, файлы моделей лежат в папке models.
guide-err-token = Скопируйте токен у @BotFather целиком, с числом и двоеточием, без кавычек и пробелов, в .env строкой BOT_TOKEN=… и запустите снова.
guide-err-port = Если бот уже запущен, остановите его. Если порт занят другой программой, возьмите другой: SANDBOX_PORT=8090 make run

guide-not-photo = Эта версия пока не умеет смотреть фото и картинки: она читает только текст. Напишите главное текстом, пожалуйста.
guide-not-document = Эта версия пока не читает документы: PDF, Word, Excel; только файл YAML с цепочкой. Скопируйте нужный текст в сообщение, пожалуйста.
guide-not-voice = Эта версия пока не понимает голос и аудио. Напишите текстом, пожалуйста.
guide-not-web = Эта версия пока не умеет искать в интернете: модель знает только то, чему её учили, и то, что вы пишете.
guide-not-kb = Базы знаний для ваших документов в этой версии пока нет. Впишите важное в сообщение или в /system
guide-not-stats = Статистики и графиков в этой версии пока нет. Токены, скорость и секунды стоят в строке под каждым ответом.

## Их названия, для кнопок /help

guide-about-title = Что это за бот
guide-commands-title = Все команды
guide-install-title = Установить и запустить
guide-sandbox-title = Песочница
guide-telegram-title = В Telegram: токен
guide-docker-title = Docker
guide-offline-title = Без интернета
guide-privacy-title = Кто видит мои слова
guide-backup-title = Копия и переезд
guide-update-title = Обновить
guide-language-title = Язык
guide-model-add-title = Добавить файл GGUF
guide-model-server-title = Ollama и LM Studio
guide-model-remote-title = Серверы не здесь
guide-model-choose-title = Выбрать модель
guide-model-which-title = Какую модель скачать
guide-model-signs-title = Что значат 🔵🟢🟡🔴
guide-model-default-title = Всегда одна модель
guide-model-remove-title = Убрать модель
guide-model-list-title = Все модели
guide-model-names-title = Имена в models.yaml
guide-thinking-title = Размышления
guide-gpu-title = Видеокарта
guide-slow-title = Медленные ответы
guide-embedded-title = Собрать llama.cpp
guide-model-none-title = Моделей нет в списке
guide-dialog-new-title = Новый диалог
guide-dialog-switch-title = Найти и открыть диалог
guide-dialog-rename-title = Переименовать
guide-dialog-delete-title = Удалить насовсем
guide-dialog-clear-title = Забыть сказанное
guide-topics-title = Темы
guide-export-title = Диалог файлом
guide-history-title = Поиск по прошлому
guide-stop-title = Остановить ответ
guide-retry-title = Ответить ещё раз
guide-answer-file-title = Ответ файлом
guide-question-edit-title = Исправить вопрос
guide-answer-forget-title = Забыть один ответ
guide-answer-buttons-title = Кнопки под ответом
guide-answer-length-title = Длиннее или короче
guide-answer-look-title = Таблицы и плавность
guide-queue-title = Несколько вопросов сразу
guide-settings-title = Настройки
guide-temperature-title = Строже или свободнее
guide-system-title = Роль для модели
guide-window-title = Сколько она помнит
guide-seed-title = Один и тот же ответ
guide-mode-title = Одна модель или цепочка
guide-pipe-title = Собрать цепочку
guide-pipe-base-title = Базовая цепочка
guide-pipe-vote-title = Много ответов в один
guide-pipe-memory-title = Поместится ли цепочка
guide-pipe-share-title = Сохранить и передать
guide-steps-title = Что сказала каждая модель
guide-step-again-title = Один этап ещё раз
guide-duel-title = Модели говорят друг с другом
guide-run-files-title = Файлы запуска
guide-invite-title = Пригласить
guide-users-title = Кто впущен
guide-access-title = Как войти
guide-owner-title = Стать владельцем
guide-places-title = Больше мест
guide-groups-title = В группе
guide-admin-title = Меню владельца
guide-servers-title = Состояние серверов
guide-memory-title = Свободная память
guide-err-memory-title = Не помещается в память
guide-err-server-title = Сервер не отвечает
guide-err-silent-title = Модель молчит
guide-err-gone-title = Модель пропала
guide-err-crash-title = Модель упала
guide-err-code-title = Ошибка с кодом
guide-err-file-title = Плохой файл модели
guide-err-disk-title = Диск заполнен
guide-err-token-title = Токен не принят
guide-err-port-title = Порт занят
guide-not-photo-title = Фото и картинки
guide-not-document-title = PDF, Word, Excel
guide-not-voice-title = Голос
guide-not-web-title = Поиск в интернете
guide-not-kb-title = База знаний
guide-not-stats-title = Статистика

## Вокруг него

guide-name = 🧭 проводник
button-guide = 🧭 Спросить проводника
button-help-topics = 📖 По темам
help-topics-head = 📖 О чём рассказать?
help-found = 📖 Темы, где есть «{ $words }»:
help-none-found = 📖 Темы, где есть «{ $words }», не нашлось. Все темы:
help-section-start = 🚀 Начало
help-section-models = 🤖 Модели
help-section-dialogs = 💬 Диалоги
help-section-answers = ✍️ Вопросы и ответы
help-section-settings = ⚙️ Настройки
help-section-pipelines = 🧩 Несколько моделей
help-section-people = 👥 Люди и владелец
help-section-errors = ⚠️ Если что-то не так
help-section-absent = 🚧 Пока нет
step-guide = 🧭 А пока отвечает проводник, очень маленькая модель, которая знает только этого бота. Спросите его: как добавить модель?
guide-waits = 🧭 Проводник, очень маленькая модель, которая знает этого бота, ответит здесь, как только соберётся llama.cpp: первый make run делает это в фоне (5–10 минут), make embedded – на виду. А пока: /help
picker-guide = 🤖 Моделей пока нет, есть только 🧭 проводник, который знает лишь этого бота: спросите его, как добавить модель. /start даст владельцу скачать её одним нажатием. Или запустите Ollama или LM Studio и скачайте там модель или положите файл GGUF в папку models; потом нажмите ↻.
