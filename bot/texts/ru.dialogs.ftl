## Первый экран

start-hello = 👋 Здравствуйте! Здесь можно говорить с языковыми моделями, которые работают на ваших машинах. Ответы готовятся там, а не в облаке.
start-servers = 🖥 Серверы: { $names }
start-no-servers = 🖥 Сервер моделей пока не найден.
start-models = { $models ->
    [one] 🤖 { $models } модель на выбор
    [few] 🤖 { $models } модели на выбор
   *[many] 🤖 { $models } моделей на выбор
}
start-memory = 💾 Свободно памяти: { NUMBER($ram, minimumFractionDigits: 1, maximumFractionDigits: 1) } ГБ
start-gpu = 🎮 Свободно на видеокарте: { NUMBER($vram, minimumFractionDigits: 1, maximumFractionDigits: 1) } ГБ
step-write = ▶️ Всё готово: просто пишите.
step-fetch = ▶️ Дальше: скачайте модель одной кнопкой ниже (интернет нужен один раз). Или установите на эту машину Ollama (ollama.com) или LM Studio (lmstudio.ai), или положите файл GGUF в папку models: бот заметит его сам.
step-model = ▶️ Сервер есть, но моделей на нём пока нет. В Ollama небольшую модель скачает одна команда: ollama pull qwen3:4b
step-server = ▶️ Дальше: установите на эту машину Ollama (ollama.com) или LM Studio (lmstudio.ai) и скачайте там модель либо положите файл GGUF в папку models. Бот заметит её сам; подробнее в docs/servers.md.
step-tell-owner = ▶️ Моделей пока нет. Добавить их может владелец бота.
help-head = ❔ Что здесь можно
button-model = 🤖 Модель
button-dialogs = 💬 Диалоги
button-settings = ⚙️ Настройки
button-language = 🌐 Язык
button-help = ❔ Помощь
button-new-dialog = ➕ Новый диалог

## Команды

command-new = новый диалог
command-model = кто здесь отвечает
command-dialogs = все диалоги, поиск по названию
command-settings = температура, окно, системный промпт и прочее
command-stop = остановить ответ
command-retry = ответить ещё раз
command-system = как модели себя вести
command-rename = другое название диалога
command-clear = забыть сказанное здесь
command-delete = удалить диалог навсегда
command-export = диалог в виде файла
command-lang = язык
command-help = что здесь можно
command-ask = спросить в группе
command-all = отвечать в группе на всё или только на обращения
command-admin = меню владельца
command-users = кто может войти
command-invite = пригласить человека
command-servers = серверы и их модели
command-models = все модели
command-memory = свободная память
command-near = Такой команды нет. Может быть, /{ $near }? Все команды: /help
command-unknown = Такой команды нет. Все команды: /help
bot-description = Разговор с языковыми моделями, которые работают на ваших машинах, в скольких угодно диалогах. Ответы готовятся дома, а не в облаке.
bot-short-description = Ваши собственные языковые модели в Telegram.

## Язык

language-head = 🌐 На каком языке говорим?
language-set = 🌐 Теперь говорим по-русски.
language-unknown = Языка «{ $words }» здесь нет. Есть: ru, en. Пример: /lang ru
members-only = Это для тех, у кого есть собственный доступ.
private-only = Это только ваше: откройте в личном чате с ботом.

## Не текст

only-text = Пока здесь читается только текст. Файл не сохранён: напишите, пожалуйста, главное словами.
only-text-caption = Пока здесь читается только текст, файл не сохранён. Но слова под ним можно задать отдельно:
button-ask-caption = 💬 Спросить этими словами
caption-asked = 💬 Спрашиваю только словами.
caption-gone = Этих слов больше нет. Пришлите их, пожалуйста, текстом.

## Диалоги

dialog-untitled = Новый диалог
dialog-no-model = без модели
dialog-questions = { $questions ->
    [one] { $questions } вопрос
    [few] { $questions } вопроса
   *[many] { $questions } вопросов
}
age-now = только что
age-minutes = { $minutes } мин назад
age-hours = { $hours } ч назад
age-days = { $days } дн. назад
dialogs-head = { $count ->
    [one] 💬 { $count } диалог
    [few] 💬 { $count } диалога
   *[many] 💬 { $count } диалогов
}
dialogs-more = … и не только. Добавьте слово, чтобы осталось меньше: /dialogs слова
dialogs-none = 💬 Диалогов пока нет. Просто пишите или начните новый: /new
dialogs-none-found = 💬 «{ $words }» нет ни в одном названии. Хватит и части слова, например: /dialogs рецепт
dialog-card = 💬 { $title }
    { $facts }

    № { $id } · другое название: откройте и отправьте /rename Новое название
dialog-here = 💬 Здесь «{ $title }»: { $facts }. Просто продолжайте.
dialog-look = Диалог отозвался в своей теме: «{ $title }»
dialog-is-current = Теперь вы в диалоге «{ $title }».
dialog-none-here = Здесь не диалог. Откройте тему, начните новую командой /new или посмотрите /dialogs
new-dialog = ✨ Новый диалог.
new-dialog-ready = ✨ Новый диалог. Отвечает { $model }: просто пишите. Другая модель: /model
new-topic-made = ✨ Тема «{ $title }» создана: продолжайте в ней.
new-topic-refused = Мне нельзя создавать здесь темы. Создайте её сами или назначьте меня администратором с правом управлять темами.
renamed = ✏️ Теперь диалог называется «{ $title }».
rename-empty = Напишите название после команды, например: /rename Поездка на озеро
button-open = ▶️ Открыть
button-go-to-topic = ↗ К теме
button-export = 📄 Файлом
button-delete = 🗑 Удалить
button-clear = 🧹 Забыть
button-keep = ‹ Оставить

## Забыть

clear-really = 🧹 Забыть всё, что сказано в «{ $title }»? Модель и настройки останутся.
cleared = 🧹 Забыто. Начинаем сначала.
delete-really = { $questions ->
    [0] 🗑 Удалить «{ $title }» (№ { $id })? Исчезнет каждый след в каждом файле, навсегда.
    [one] 🗑 Удалить «{ $title }» (№ { $id }), в нём { $questions } вопрос? Исчезнет каждый след в каждом файле, навсегда.
    [few] 🗑 Удалить «{ $title }» (№ { $id }), в нём { $questions } вопроса? Исчезнет каждый след в каждом файле, навсегда.
   *[many] 🗑 Удалить «{ $title }» (№ { $id }), в нём { $questions } вопросов? Исчезнет каждый след в каждом файле, навсегда.
}
delete-which = { $count ->
    [one] 🗑 Подходит { $count } диалог. Этот?
    [few] 🗑 Подходят { $count } диалога. Какой?
   *[many] 🗑 Подходят { $count } диалогов. Какой?
}
delete-none = Диалога «{ $words }» здесь нет. По номеру или названию: /delete 12 или /delete рецепты
deleted = 🗑 Удалено: следа не осталось.
kept = Всё осталось как было.

## Настройки

settings-head = ⚙️ Настройки диалога «{ $title }»
settings-outside = ⚙️ У каждого диалога свои настройки: отправьте /settings в его теме. А здесь то, что действует во всех ваших диалогах.
setting-value = ⚙️ { $key }: { $value }
setting-hint = Любое другое значение: /set { $example }
    Допустимо: { $allowed }
setting-set = ⚙️ { $key }: { $value }, начиная со следующего ответа.
setting-saved = ✓ Сохранено
setting-temperature = Насколько свободно модель выбирает слова: 0 строго и повторимо, больше 1 уже причудливо.
setting-top-p = Из какой доли вероятных слов модель выбирает: 1 значит из всех.
setting-top-k = Из скольких самых вероятных слов модель выбирает: 1 значит всегда самое вероятное, 0 значит без ограничения.
setting-min-p = Насколько вероятным должно быть слово рядом с самым вероятным: при 0.1 не больше чем в десять раз реже, 0 значит без ограничения.
setting-repeat-penalty = Насколько мешать модели повторяться, если она ходит по кругу: 1 значит никак, выше 1.3 портится речь.
setting-max-tokens = Самый длинный ответ в токенах; слово занимает примерно два токена.
setting-n-ctx = Окно: сколько токенов диалога модель видит сразу. Больше окно, больше нужно памяти.
setting-n-gpu-layers = Сколько слоёв уходит на видеокарту, если серверу это можно сказать; -1 значит все.
setting-seed = Одно и то же число и тот же вопрос дают на большинстве серверов тот же ответ.
setting-thinking = Думает ли перед ответом модель, которая это умеет.
setting-footer = Строка под ответом: модель, токены, скорость, время.
setting-buttons = Кнопки под ответом.
value-default = авто
value-on = вкл
value-off = выкл
button-system = 📝 Системный промпт: { $value }
button-clear-system = 🧹 Убрать
system-shown = 📝 Системный промпт этого диалога:

    { $system }

    Другой: /system Ты терпеливый учитель
    Никакого: /system -
system-none = 📝 У этого диалога нет системного промпта. Он говорит модели, как себя вести, например: /system Ты терпеливый учитель
system-set = 📝 Системный промпт задан и действует со следующего ответа. Посмотреть: /system
system-cleared = 📝 Системного промпта больше нет.

## Привычки человека

button-habits = 👤 Моё, во всех диалогах
habits-head = 👤 Ваше, во всех ваших диалогах. Черновики и богатые сообщения в некоторых приложениях Telegram выглядят плохо, поэтому сначала бот их один раз покажет, а потом включит.
button-habit-model = 🤖 Новые диалоги: { $model }
habit-model-head = 🤖 С какой модели начинаются новые диалоги?
habit-ask = спрашивать каждый раз
button-edits = Растёт сообщение
button-drafts = Растёт черновик
button-plain = Обычные сообщения
button-rich = Богатые сообщения
drafts-demo = Так рос бы ответ в виде черновика: слово за словом, без скачков и без мерцания, пока не встанет здесь обычным сообщением.
drafts-question = Всё шло плавно?
rich-demo =
    Таблица и формула:

    | планета | спутники |
    |---------|----------|
    | Земля   | 1        |
    | Марс    | 2        |

    $$E = mc^2$$
rich-question = Видите таблицу из двух столбцов и формулу под ней?
button-looked-well = 👍 Да
button-looked-bad = 👎 Нет
demo-refused = Telegram здесь этого не показывает, поэтому всё осталось как было.

## Экспорт

export-head = 📄 «{ $title }» файлом. В каком формате?
export-unknown = Формата «{ $words }» нет. Есть: { $formats }. Пример: /export md
export-empty = Здесь ещё ничего не сказано, класть в файл нечего.
export-system = Системный промпт
export-question = Вопрос
export-answer = Ответ
export-thoughts = Мысли
