## Кто отвечает в диалоге

command-mode = одна модель или цепочка из нескольких
command-pipe = ваши цепочки: собрать, изменить, поделиться
mode-head = 🧭 Кто отвечает в «{ $title }»?
mode-now-chat = Сейчас: одна модель, { $model }.
mode-now-nobody = Сейчас: одна модель, она ещё не выбрана. Выбрать: /model
mode-now-base = Сейчас: базовая цепочка.
mode-now-manual = Сейчас: ваша цепочка «{ $name }».
mode-manual-none = Для этого диалога цепочка ещё не выбрана. Собрать или выбрать: /pipe
mode-base-not = ⚠️ Базовая цепочка сейчас ответить не может. { $why }
mode-base-no-file = Файла config/pipeline.yaml нет.
mode-base-missing = { $count ->
    [one] Не хватает модели: { $names }.
    [few] Не хватает моделей: { $names }.
   *[many] Не хватает моделей: { $names }.
}
mode-unknown = Режима «{ $word }» нет. Есть: { $allowed }. Пример: /mode base
button-mode = 🧭 Кто отвечает
button-mode-chat = 🤖 Одна модель
button-mode-base = 🏛 Базовая цепочка
button-pipe-look = 👁 Посмотреть
button-pipes-all = 🧩 Мои цепочки

## Список

pipes-head = { $count ->
    [one] 🧩 У вас { $count } цепочка
    [few] 🧩 У вас { $count } цепочки
   *[many] 🧩 У вас { $count } цепочек
}
pipes-none = 🧩 В цепочке над одним вопросом работают несколько моделей: одна пишет черновик, другая проверяет, несколько дают своё мнение, а ещё одна подводит итог.

    У вас пока ни одной. Быстрее всего начать с готовой: бот подставит в неё ваши модели.
pipes-full = Больше { $most } цепочек у одного человека быть не может. Сначала удалите какую-нибудь.
button-pipe-new = ➕ Новая
button-ready = ✨ Готовые

## Одна цепочка

pipe-unnamed = Цепочка
pipe-new-name = Моя цепочка
pipe-base-name = Базовая цепочка
pipe-first-stage = ответ
pipe-fresh-stage = этап
pipe-stage-unnamed = этап { $number }
pipe-here = ✓ В этом диалоге отвечает она: просто пишите.
pipe-saved = Сохранено. Каждое изменение сохраняется сразу.
pipe-used = Теперь здесь отвечает она
pipe-of-other = Эта цепочка чужая. Можно взять копию и менять её.
pipe-base-hint = Это базовая цепочка: владелец бота хранит её в файле. Можно взять копию и менять её.
pipe-moved = Цепочка уже выглядит иначе. Вот какая она теперь:
pipe-gone = Этой цепочки больше нет.
pipe-not-yours = Цепочку меняет только её владелец. Возьмите копию и меняйте её.
pipe-no-models = Моделей пока нет. Запустите Ollama или LM Studio с моделью и нажмите ещё раз.
pipe-deleted = 🗑 Удалено
pipe-delete-really = { $dialogs ->
    [0] 🗑 Удалить цепочку «{ $name }» навсегда?
    [one] 🗑 Удалить цепочку «{ $name }» навсегда? Она отвечает в { $dialogs } диалоге, там придётся выбрать заново.
    [few] 🗑 Удалить цепочку «{ $name }» навсегда? Она отвечает в { $dialogs } диалогах, там придётся выбрать заново.
   *[many] 🗑 Удалить цепочку «{ $name }» навсегда? Она отвечает в { $dialogs } диалогах, там придётся выбрать заново.
}
button-stage-add = ➕ Этап
button-pipe-use = ▶️ Пусть отвечает
button-pipe-copy = 📋 Взять копию
button-pipe-rename = ✏️ Переименовать
button-pipe-twin = 📋 Сделать копию
button-pipe-back = ‹ К цепочке

## Память

pipe-fits = 🟢 Память: до { NUMBER($need, maximumFractionDigits: 1) } ГБ сразу, свободно { NUMBER($free, maximumFractionDigits: 1) } ГБ.
pipe-at-hand = 🟢 Память: больше ничего не нужно, всё загружено или на других машинах; свободно { NUMBER($free, maximumFractionDigits: 1) } ГБ.
pipe-slow = 🟡 Память: до { NUMBER($need, maximumFractionDigits: 1) } ГБ сразу, свободно { NUMBER($free, maximumFractionDigits: 1) } ГБ. Помещается, но не целиком на видеокарту.
pipe-in-turns = 🟡 Память, этап { $stage }: сразу нужно { NUMBER($need, maximumFractionDigits: 1) } ГБ, а свободно { NUMBER($free, maximumFractionDigits: 1) } ГБ. По очереди поместится, до { NUMBER($largest, maximumFractionDigits: 1) } ГБ.
pipe-too-big = 🔴 Память, этап { $stage }: нужно { NUMBER($need, maximumFractionDigits: 1) } ГБ, свободно { NUMBER($free, maximumFractionDigits: 1) } ГБ. Выберите модель поменьше или меньшее n_ctx.
pipe-memory-unknown = ⚪ Память: сервер сейчас не говорит, сколько занимают его модели.
pipe-missing = { $count ->
    [one] ⚠️ { $count } модели сейчас нет: { $names }. Нажмите на её этап и выберите другую.
    [few] ⚠️ { $count } моделей сейчас нет: { $names }. Нажмите на их этапы и выберите другие.
   *[many] ⚠️ { $count } моделей сейчас нет: { $names }. Нажмите на их этапы и выберите другие.
}

## Поделиться

button-pipe-file = 📄 Файлом
button-pipe-link = 🔗 Ссылка
button-pipe-unlink = 🔕 Закрыть ссылку
pipe-share-hint = По ссылке люди этого бота посмотрят цепочку и возьмут копию. Файл можно послать куда угодно: отправленный такому же боту, он снова станет цепочкой.
pipe-shared = 🔗 Любой, кто допущен к этому боту, посмотрит её по ссылке и сможет взять копию, какой она будет в ту минуту:
    { $link }
pipe-shared-with-you = 🔗 С вами поделились цепочкой:
pipe-link-gone = Ссылка никуда не ведёт: цепочкой больше не делятся.
pipe-file-caption = Отправьте этот файл боту, и он снова станет цепочкой.
pipe-file-taken = ✓ Теперь этот файл — ваша цепочка.
pipe-file-wrong = 📄 Прочитать этот файл как цепочку не получается.
    { $problem }
pipe-file-large = 📄 Для цепочки этот файл слишком велик: самое большее { $most } тысяч знаков.
problem-head = { $file }, строка { $line }:
problem-allowed = Допустимо: { $allowed }
problem-unreadable = Файл не читается: { $given }
problem-not-utf8 = Текст не в кодировке UTF-8.
problem-not-yaml = Это не YAML: { $given }
problem-too-long = Слишком длинно: { $key } { $given }
problem-not-a-table = Здесь должны стоять ключи со значениями ({ $key }).
problem-not-a-list = { $key }: нужен список.
problem-not-text = { $key }: нужен текст.
problem-unknown-key = Ключа «{ $given }» здесь нет.
problem-twice = Ключ { $key } стоит дважды.
problem-missing = { $key }: не хватает.
problem-empty = { $key }: пусто.
problem-too-many = { $key }: слишком много, { $given }.
problem-not-a-number = { $key }: нужно число, а не «{ $given }».
problem-out-of-range = { $key } не может быть { $given }.
problem-not-one-of = { $key } не может быть «{ $given }».

## Один этап

stage-head = 🧩 Этап { $number } из { $count }: { $name }
stage-models = 🤖 Модели: { $models }
stage-reads = 📥 Читает: { $what }
stage-params = 🎛 Параметры: { $params }
stage-merge = 🧮 Ответы вместе: { $how }
stage-runs = ⏱ { $how }; { $needs }
stage-prompt = 📝 Системный промпт: { $prompt }
stage-prompt-none = 📝 Системный промпт: как в диалоге
stage-needs-one = если одна не ответит, идём дальше
stage-needs-all = ответить должна каждая
button-stage-models = 🤖 Модели
button-stage-prompt = 📝 Промпт
button-stage-reads = 📥 Читает
button-stage-params = 🎛 Параметры
button-stage-merge = 🧮 Ответы в один
button-stage-runs = ⏱ Порядок
button-stage-name = ✏️ Имя
stage-reads-head = 📥 Что читает этап «{ $name }»?
pipe-input-question = вопрос
pipe-input-previous = предыдущий этап
pipe-input-both = вопрос и предыдущий этап
pipe-input-all = вопрос и все предыдущие этапы
pipe-input-question-short = читает вопрос
pipe-input-previous-short = читает предыдущий этап
pipe-input-both-short = читает вопрос + предыдущий этап
pipe-input-all-short = читает всё
stage-runs-head = ⏱ Как спрашивать несколько моделей и что, если одна не ответит?
pipe-execution-auto = вместе, если поместятся
pipe-execution-parallel = все вместе
pipe-execution-sequential = по очереди

## Модели этапа

stage-models-head = 🤖 Кто говорит на этом этапе? Самое большее { $most }. Под ⚙️: сколько ответов даёт модель, её собственный промпт и параметры.
stage-models-now = Сейчас: { $models }
stage-models-range = На этапе может быть от 1 до { $most } моделей.
voice-head = 🤖 { $model } на этом этапе
voice-gone = ⚠️ Этой модели сейчас нет. Выберите другую: промпт и параметры останутся.
voice-samples = { $samples ->
    [one] 🔢 Даёт { $samples } ответ.
    [few] 🔢 Даёт { $samples } ответа.
   *[many] 🔢 Даёт { $samples } ответов.
}
voice-prompt = 📝 Свой системный промпт: { $prompt }
voice-prompt-none = 📝 Системный промпт: как у этапа
button-voice-swap = 🔄 Выбрать другую
button-voice-again = 📋 Ещё раз её же
button-voice-quit = 🗑 Убрать
voice-swap-head = 🔄 Какая модель вместо { $model }? Промпт и параметры останутся.

## Параметры

params-head = 🎛 Параметры этапа «{ $name }». Что не задано, берётся из настроек диалога.
params-head-voice = 🎛 Параметры { $name } на этом этапе. Что не задано, берётся у этапа.
param-allowed = Допустимо: { $allowed }
button-param-own = ✏️ Другое значение
setting-samples = Сколько ответов здесь даёт эта модель: голосовать могут и несколько ответов одной модели.
setting-weight = Сколько весит голос этой модели.

## Несколько ответов становятся одним

merge-head = { $voices ->
    [one] 🧮 { $voices } ответ. Что с ним будет?
    [few] 🧮 { $voices } ответа. Как они станут одним?
   *[many] 🧮 { $voices } ответов. Как они станут одним?
}
pipe-kind-concat = рядом
pipe-kind-majority-vote = голосование
pipe-kind-synthesis = синтез
pipe-kind-custom-template = шаблон
pipe-kind-judge = судья
pipe-kind-by = { $kind }: { $model }
merge-concat = Все ответы один под другим, каждый под именем своей модели.
merge-majority-vote = Итоговые ответы (число, вариант, да или нет, короткий текст) считаются, побеждает самый частый. Подсчёт показывается.
merge-synthesis = Модель читает все ответы без имён и вперемешку и пишет из них лучший.
merge-custom-template = Текст собирает ваш шаблон.
merge-judge = Модель ставит оценку каждому ответу, дважды в разном порядке, и лучший побеждает.
merge-by = 🤖 Кто: { $model }
merge-prompt-built-in = 📝 Промпт: встроенный
merge-template-shown = 📐 Шаблон:
    { $template }
merge-preview = 👁 С тремя примерами ответов получится:

    { $text }
merge-example-question = Какова высота Эвереста?
merge-example-answer = Пример ответа номер { $number }.
merge-example-previous = Что сказал предыдущий этап.
merger-head = 🤖 Какая модель это сделает?
pipe-tie-first = поровну: первый
pipe-tie-longest = поровну: длинный
pipe-tie-judge = поровну: судья
button-merge-model = 🤖 Какая модель
button-merge-built-in = 🧹 Встроенный
button-merge-template = 📐 Написать шаблон
button-merge-preview = 👁 Что выйдет
prompt-shown = 📝 Системный промпт:

    { $prompt }
prompt-none = 📝 Своего системного промпта нет. Он говорит модели, какая у неё здесь роль, например: «Ты строгий редактор: назови, что в черновике не так».
button-prompt-write = ✏️ Написать

## Слова, которые присылают

words-pipeline = ✏️ Ответьте на это сообщение новым именем цепочки, не длиннее { $most } знаков.
words-stage = ✏️ Ответьте на это сообщение новым именем этапа, не длиннее { $most } знаков.
words-prompt = 📝 Ответьте на это сообщение системным промптом. Длинный (до { $most } знаков) можно прислать файлом .txt.
words-merge = 📝 Ответьте на это сообщение промптом для модели, которая соединяет ответы или судит их. Длинный (до { $most } знаков) можно прислать файлом .txt.
words-template = 📐 Ответьте на это сообщение шаблоном. В нём могут быть: question (вопрос), previous (предыдущий этап), answers (ответы, у каждого number, model и text), steps (этапы, у каждого name и text), stage, date. Пример:
words-param = ✏️ Ответьте на это сообщение значением для { $key }. Допустимо: { $allowed }, например { $example }
words-too-long = { $length } знаков — слишком много, нужно не больше { $most }. Ответьте текстом покороче.
words-nothing = В ответе не было слов. Ответьте ещё раз.
words-file = Этот файл не годится: нужен текстовый файл в UTF-8, не больше { $most } знаков.

## Готовые

ready-head = ✨ Готовые цепочки. Бот подставит в них ваши модели, и менять их можно как любые другие.
ready-tick = Кто участвует? Отметьте не больше { $most }; если моделей меньше, каждая делает больше.
ready-range = В этой цепочке участвуют от 1 до { $most } моделей.
ready-touched = Вы уже изменили эту цепочку, поэтому роли заново не раздаются. Меняйте её этапы.
button-ready-done = ✓ Готово
button-ready-drop = ‹ Не эту
ready-draft = Черновик, критика, итог
ready-draft-about = Одна модель пишет, другая ищет недостатки, третья пишет итог.
ready-draft-draft = черновик
ready-draft-draft-prompt = Ответь на вопрос полно и понятно. Это первый черновик: полнота важнее отделки. Пиши на языке вопроса.
ready-draft-critique = критика
ready-draft-critique-prompt = Ты строгий, но справедливый редактор. Тебе дают вопрос и черновик ответа. Перечисли, что в черновике неверно, пропущено, неясно или лишнее, начиная с самого важного, и для каждого скажи, как исправить. Верное не повторяй. Сам ответ не пиши. Пиши на языке вопроса.
ready-draft-final = итог
ready-draft-final-prompt = Тебе дают вопрос, черновик ответа и критику черновика. Напиши окончательный ответ: хорошее оставь, справедливые замечания учти, ошибочные пропусти. Черновик и критику не упоминай. Пиши на языке вопроса.
ready-vote = Три мнения и голосование
ready-vote-about = Несколько моделей отвечают независимо, побеждает самый частый ответ. Для вопросов с одним верным ответом: задачи, выбор, да или нет.
ready-vote-answers = мнения
ready-vote-answers-prompt = Рассуждай по шагам, коротко. Потом на последней строке дай только итог в виде «Ответ: ...», как можно короче: число, букву, да или нет, имя. Пиши на языке вопроса.
ready-judge = Три мнения и судья
ready-judge-about = Несколько моделей отвечают независимо, ещё одна оценивает ответы, и лучший побеждает. Для вопросов, на которые можно ответить по-разному.
ready-judge-answers = мнения
ready-judge-answers-prompt = Ответь на вопрос как можно лучше: верно, по делу, легко для чтения. Пиши на языке вопроса.
ready-translate = Перевод, ответ, перевод обратно
ready-translate-about = Вопрос переводится на английский, на котором большинство моделей знает больше, а ответ возвращается на вашем языке.
ready-translate-there = на английский
ready-translate-there-prompt = Переведи текст человека на английский. Имена, числа, код и оформление оставь как есть. Не отвечай на него и ничего не объясняй: дай только перевод. Если он уже на английском, повтори его без изменений.
ready-translate-answer = ответ
ready-translate-answer-prompt = Answer the question fully and clearly, in English.
ready-translate-back = обратно
ready-translate-back-prompt = Тебе дают вопрос и ответ на него на английском. Переведи ответ на язык вопроса. Имена, числа, код и оформление оставь как есть. Дай только перевод, без слов от себя.
ready-code = План, код, проверка
ready-code-about = Одна модель составляет план, другая пишет программу, третья проверяет и даёт исправленную.
ready-code-plan = план
ready-code-plan-prompt = Ты опытный архитектор программ. Тебе дают задачу. Напиши короткий план: что программа получает и выдаёт, из каких частей состоит, какие есть крайние случаи, какие нужны библиотеки, если нужны. Без кода. Пиши на языке задачи.
ready-code-write = код
ready-code-write-prompt = Ты аккуратный программист. Тебе дают задачу и план. Напиши программу целиком, готовую к запуску, с обработкой ошибок и короткими пояснениями там, где они помогают. Код одним блоком, затем не больше трёх предложений о том, как его запустить, на языке задачи.
ready-code-review = проверка
ready-code-review-prompt = Ты проверяешь код. Тебе дают задачу, план и программу. Ищи ошибки, забытые крайние случаи и опасные места. Сначала перечисли найденное короткими пунктами, затем дай всю исправленную программу одним блоком. Если всё верно, так и скажи и повтори программу. Пиши на языке задачи.
