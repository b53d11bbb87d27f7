## История

command-history = вопросы и ответы; /history СЛОВА ищет в них
history-head = 🕘 Вопросы и ответы этого чата, сначала новые. /history и слово: поиск по ним.
history-none = 🕘 Здесь пока ничего не отвечено.
history-found = 🔎 Найдено по словам «{ $words }»:
history-not-found = 🔎 По словам «{ $words }» ничего не нашлось. Меньше слов или начало слова найдут больше.
history-gone = Этого больше нет.
history-stopped = остановлен
history-failed = не удался
history-interrupted = прерван
history-button-dialog = 💬 Диалог
history-button-file = 📄 Файлом
