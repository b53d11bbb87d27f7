## У входа

entrance-private = 🔒 Это личный бот. Можно попросить владельца впустить вас.
entrance-button-ask = 🙋 Попросить доступ
entrance-asked = 🙋 Просьба передана владельцу. Ответ придёт сюда.
entrance-asked-already = 🙋 Вы уже просили. Владелец пока не ответил; ответ придёт сюда.
entrance-refused = 🚫 Владелец вас не впустил.
entrance-admitted = ✅ Доступ открыт. Напишите вопрос или нажмите /start
entrance-welcome-owner = 👑 Теперь этот бот ваш. Люди, приглашения и серверы: /admin
entrance-welcome-member = ✅ Доступ открыт.
entrance-invite-spent = Приглашение уже использовано или истекло. Попросите новое.
entrance-no-places = Сейчас все места заняты. Просьба передана владельцу; ответ придёт сюда.
entrance-not-yours = 🔒 Это личный бот.
entrance-group-leaving = 🔒 Это личный бот: он работает только в группах, куда его добавил человек с доступом.
entrance-group-private = 🔒 Это личный бот: /start здесь должен написать человек с доступом.

## Просьбы

requests-new = 🙋 { $name } просит доступ.
    Имя пользователя: { $username }
    Id: { $id }
    { $places ->
        [0] Свободных мест нет: удалите кого-нибудь в /users или увеличьте BOT_MAX_USERS.
        [one] Осталось { $places } место.
        [few] Осталось { $places } места.
       *[many] Осталось { $places } мест.
    }
requests-invited = 🙋 { $name }: приглашение есть, а все места заняты.
    Имя пользователя: { $username }
    Id: { $id }
    Удалите кого-нибудь в /users или увеличьте BOT_MAX_USERS, потом впустите.
requests-button-admit = ✅ Впустить
requests-button-refuse = 🚫 Отказать
requests-admitted = ✅ { $name }: доступ открыт. { $places ->
    [0] Свободных мест не осталось.
    [one] Осталось { $places } место.
    [few] Осталось { $places } места.
   *[many] Осталось { $places } мест.
}
requests-refused = 🚫 { $name }: отказано.
requests-over = Эта просьба уже решена.
requests-no-places = Все места заняты ({ $places }). Удалите кого-нибудь в /users или увеличьте BOT_MAX_USERS. Просьба сохранена.

## Люди

people-head = 👥 Занято мест: { $taken } из { $places }
people-button-list = 👥 Люди
people-button-invite = ✉️ Приглашения
people-button-remove = 🗑 Удалить…
people-button-removed = 🗑 Удалить со всеми данными
people-role-owner = владелец
people-role-member = участник
people-role-asking = просит доступ
people-role-refused = отказано
people-dialogs = { $dialogs ->
    [one] { $dialogs } диалог
    [few] { $dialogs } диалога
   *[many] { $dialogs } диалогов
}
people-questions = { $questions ->
    [one] { $questions } вопрос
    [few] { $questions } вопроса
   *[many] { $questions } вопросов
}
people-size = { $kib } КБ
people-id = Id: { $id }
people-groups = Бот добавлен в группы: { $groups }
people-remove-really = Удалить { $name } со всеми данными ({ $facts })? Вернуть их будет нельзя.
people-remove-groups = Бот выйдет из групп, куда его добавил этот человек; диалоги там тоже удалятся: { $groups }
people-removed = 🗑 Удалено со всеми данными.
people-you-are-removed = Ваш доступ к этому боту закрыт; все ваши диалоги здесь удалены.

## Приглашения

invites-made = ✉️ { $link }

    { $uses ->
        [one] На { $uses } человека
       *[many] На { $uses } человек
    }, действует { $hours ->
        [one] { $hours } час
        [few] { $hours } часа
       *[many] { $hours } часов
    }. { $places ->
        [0] Свободных мест сейчас нет.
        [one] Осталось { $places } место.
        [few] Осталось { $places } места.
       *[many] Осталось { $places } мест.
    }
    Без ссылки: { $command }
invites-head = { $count ->
    [0] ✉️ Открытых приглашений нет.
    [one] ✉️ { $count } открытое приглашение:
    [few] ✉️ { $count } открытых приглашения:
   *[many] ✉️ { $count } открытых приглашений:
} { $places ->
    [0] Свободных мест нет.
    [one] Осталось { $places } место.
    [few] Осталось { $places } места.
   *[many] Осталось { $places } мест.
}
invites-open = { $uses ->
    [one] на { $uses } человека
   *[many] на { $uses } человек
}, ещё { $hours } ч
invites-button-make = ✉️ Новое: на { $uses ->
    [one] { $uses } человека
   *[many] { $uses } человек
}, { $hours } ч
invites-button-show = ✉️ Все приглашения
invites-button-drop = 🗑 Отменить все
invites-dropped = { $count ->
    [one] Отменено { $count } приглашение.
    [few] Отменено { $count } приглашения.
   *[many] Отменено { $count } приглашений.
}
invites-bad = «{ $value }» не годится: сначала число людей (от 1 до { $uses }), потом часы (от 1 до { $hours }). Пример: /invite 3 48

## Меню владельца

admin-head = ⚙️ Бот сейчас
    👥 Занято мест: { $taken } из { $places }
    🙋 Просят доступ: { $asking }
    🖥 Отвечает серверов: { $alive } из { $servers }
    🤖 Моделей: { $models }
    ✍️ Ответов в работе: { $runs }
admin-button-servers = 🖥 Серверы
admin-button-models = 🤖 Модели
admin-button-memory = 💾 Память
admin-owner-only = Это для владельца бота, в личном чате с ботом.

## Серверы, модели, память

servers-head = { $count ->
    [one] 🖥 { $count } сервер
    [few] 🖥 { $count } сервера
   *[many] 🖥 { $count } серверов
}
servers-none = 🖥 Серверы не заданы. Их адреса пишутся в .env: OLLAMA_BASE_URL, LMSTUDIO_BASE_URL и другие.
servers-models = { $count ->
    [0] отвечает, моделей пока нет
    [one] отвечает, { $count } модель
    [few] отвечает, { $count } модели
   *[many] отвечает, { $count } моделей
}
servers-unseen = ещё не проверен
servers-down = не отвечает; бот всё время ищет его снова
servers-busy = занят
servers-silent = молчит
servers-button-refresh = ↻ Посмотреть снова
models-head = { $count ->
    [one] 🤖 { $count } модель
    [few] 🤖 { $count } модели
   *[many] 🤖 { $count } моделей
}
models-none = 🤖 Моделей сейчас нет. Запустите Ollama или LM Studio и скачайте там модель либо положите файл GGUF в папку models и нажмите ↻.
models-legend = 🔵 загружена · 🟢 помещается · 🟡 медленно · 🔴 не помещается · 👁 видит картинки · 🧠 думает
    Выбрать для диалога: /model
models-size = { NUMBER($gib, minimumFractionDigits: 1, maximumFractionDigits: 2) } ГБ
models-needs = нужно { NUMBER($need, minimumFractionDigits: 1, maximumFractionDigits: 2) } ГБ = веса { NUMBER($weights, minimumFractionDigits: 1, maximumFractionDigits: 2) } + контекст { NUMBER($context, minimumFractionDigits: 1, maximumFractionDigits: 2) } + работа { NUMBER($work, minimumFractionDigits: 1, maximumFractionDigits: 2) }
models-window = окно { $thousands }k
memory-ram = 💾 Свободно RAM: { NUMBER($gib, minimumFractionDigits: 1, maximumFractionDigits: 2) } ГБ
memory-vram = 🎮 { $name }: свободно { NUMBER($gib, minimumFractionDigits: 1, maximumFractionDigits: 2) } из { NUMBER($total, minimumFractionDigits: 1, maximumFractionDigits: 2) } ГБ
memory-no-vram = 🎮 NVIDIA GPU нет
memory-forecast = прогноз { NUMBER($gib, minimumFractionDigits: 1, maximumFractionDigits: 2) } ГБ
memory-fact = на деле { NUMBER($gib, minimumFractionDigits: 1, maximumFractionDigits: 2) } ГБ = веса { NUMBER($weights, minimumFractionDigits: 1, maximumFractionDigits: 2) } + контекст { NUMBER($context, minimumFractionDigits: 1, maximumFractionDigits: 2) } + работа { NUMBER($work, minimumFractionDigits: 1, maximumFractionDigits: 2) }
memory-setup = { $layers ->
        [0] окно { $tokens }
        [one] окно { $tokens }, { $layers } слой на GPU
        [few] окно { $tokens }, { $layers } слоя на GPU
       *[many] окно { $tokens }, { $layers } слоёв на GPU
    }
memory-loaded = { $count ->
    [0] Ни одна модель не загружена.
    [one] Загружена { $count } модель:
    [few] Загружены { $count } модели:
   *[many] Загружено { $count } моделей:
}

## Группы

groups-hears-some = 👋 Спрашивайте меня так: упомяните { $bot }, ответьте на моё сообщение или напишите /ask и вопрос. Диалоги этой группы общие для всех её участников.
groups-hears-all = 👋 Здесь я отвечаю на каждое сообщение. Диалоги этой группы общие для всех её участников.
groups-button-all = 🔔 Отвечать на все сообщения
groups-button-some = 🔕 Отвечать, только когда спрашивают
groups-need-admin = Telegram показывает мне все сообщения, только если я админ группы (или если в BotFather выключен режим приватности).
groups-admins-only = Менять это могут только админы группы и тот, кто меня добавил.
groups-all-bad = «{ $value }» не годится: on или off. Пример: /all on
groups-all-elsewhere = /all нужна в группах: там я начинаю отвечать на каждое сообщение. Здесь я так делаю и без неё.
groups-personal = Это работает в личном чате со мной: { $bot }
groups-closed = 🔒 У того, кто меня сюда добавил, больше нет доступа, поэтому я ухожу. Диалоги этой группы удалены.
