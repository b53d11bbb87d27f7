## History

command-history = what was asked and answered; /history WORDS searches
history-head = 🕘 Questions and answers of this chat, the newest first. /history and a word searches them.
history-none = 🕘 Nothing has been answered here yet.
history-found = 🔎 Found for “{ $words }”:
history-not-found = 🔎 Nothing found for “{ $words }”. Fewer words, or the beginning of one, find more.
history-gone = This is not there any more.
history-stopped = stopped
history-failed = failed
history-interrupted = interrupted
history-button-dialog = 💬 Dialog
history-button-file = 📄 As a file
