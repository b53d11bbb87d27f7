# Разговоры моделей между собой: /duel

command-duel = разговор моделей между собой
duel-runs = Здесь уже идёт разговор. Сначала остановите его: /stop
duel-gone = Этот разговор закончен, или его уже нет.
duel-person = Ведущий

## Подготовка

duel-setup-head = 🎭 Разговор моделей. Выберите от двух до четырёх и тему. Сразу: /duel llama3 qwen3 Чай или кофе?
duel-setup-topic = Тема: { $topic }
duel-setup-turns = Реплик: { $turns }. Кто начинает — нажмите на модель.
duel-setup-missing = Нужны хотя бы две модели и тема.
duel-models-head = Кто вступает в разговор? Одну модель можно взять дважды.
duel-asks-topic = О чём им говорить? Напишите сообщением.
duel-asks-prompt = Кто это и как говорит? Напишите сообщением: «Ты — врач-скептик».
duel-cancelled = Разговора не будет.
duel-button-model = ➕ Модель
duel-button-topic = 💬 Тема
duel-button-prompt = 📝 Роль
duel-button-start = ▶ Начать
duel-button-cancel = ✖ Отмена

## Пока идёт

duel-begins = 🎭 { $names }. Чтобы вмешаться, просто напишите.
duel-goes-on = ▶ Продолжаем: { $names }
duel-pausing = ⏸ После этой реплики будет пауза
duel-button-pause = ⏸ Пауза

## Когда не идёт

duel-paused-person = ⏸ Разговор на паузе.
duel-paused-failed = ⏸ Разговор на паузе: модель не смогла ответить.
duel-paused-interrupted = ⏸ Разговор прервался.
duel-done-person = ⏹ Разговор окончен.
duel-done-turns = 🏁 Все реплики сказаны.
duel-done-repetition = 🔁 Они начали повторяться, на этом разговор окончен.
duel-done-time = ⏱ Разговор длится полчаса, на этом он окончен.
duel-facts = Реплик: { $spoken } из { $turns }
duel-step-in = Ваше сообщение войдёт в разговор, и он продолжится.
duel-button-go = ▶ Дальше
duel-button-end = ⏹ Закончить
duel-button-more = ➕ Ещё { $turns }
duel-button-export = 📄 Файлом
duel-export-head = Разговор файлом:
