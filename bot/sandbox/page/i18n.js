// The page's own words, in English and Russian. What the bot says comes from the bot.

const WORDS = {
  en: {
    write: "Message", start: "START", unblock: "UNBLOCK BOT", block: "Block bot", addBot: "Add {bot} to the group",
    removeBot: "Remove {bot}", newTopic: "New topic", newChat: "New chat", general: "General", all: "All", rename: "Rename", remove: "Delete",
    removeTopic: "Delete the topic with all its messages?", removeMessage: "Delete this message for everyone?",
    cancel: "Cancel", ok: "OK", save: "Save", reply: "Reply", edit: "Edit", copy: "Copy text", copied: "Copied",
    copyCode: "Copy", edited: "edited", typing: "typing", uploading: "sending a file", bot: "bot", members: "{n} member|{n} members",
    today: "Today", yesterday: "Yesterday", topicName: "Topic name", personName: "Name", addPerson: "Add a person",
    addGroup: "New group", groupName: "Group name", forum: "with topics", withTopics: "Topics in the chat with the bot",
    iAm: "You are", language: "Русский", sendFiles: "Send", caption: "Caption", asFiles: "Send without compression",
    attach: "Attach a file", dropHere: "Drop files here to send them", connecting: "Connecting…", lost: "The connection was lost; try again",
    tooBig: "This file is too big", noDo: "This cannot be done here", stop: "Stop", thinking: "Thinking", commands: "Menu", file: "File",
    photo: "Photo", album: "Album", voice: "Voice message", draft: "Draft", emptyChat: "No messages here yet", pickChat: "Select a chat to start messaging",
    newTopicHint: "Write a message: it opens a new topic", what: "What can this bot do?", forwarded: "Forwarded from {name}", older: "Show earlier messages",
    topicCreated: "{name} created the topic “{topic}”", topicRenamed: "{name} renamed the topic to “{topic}”", topicClosed: "The topic was closed",
    topicReopened: "The topic was reopened", joined: "{name} joined: {who}", pinned: "{name} pinned a message", left: "{who} left the group", changed: "Something changed here",
    spoiler: "Show hidden text", expand: "Show more", person: "Switch person", send: "Send", back: "Back", menu: "Menu of the chat", removeReply: "Cancel", noBot: "The bot is not in this group yet", math: "Formula",
  },
  ru: {
    write: "Сообщение", start: "ЗАПУСТИТЬ", unblock: "РАЗБЛОКИРОВАТЬ", block: "Заблокировать бота", addBot: "Добавить {bot} в группу",
    removeBot: "Удалить {bot}", newTopic: "Новая тема", newChat: "Новый чат", general: "Общая", all: "Все", rename: "Переименовать", remove: "Удалить",
    removeTopic: "Удалить тему со всеми сообщениями?", removeMessage: "Удалить это сообщение у всех?",
    cancel: "Отмена", ok: "ОК", save: "Сохранить", reply: "Ответить", edit: "Изменить", copy: "Копировать текст", copied: "Скопировано",
    copyCode: "Копировать", edited: "изменено", typing: "печатает", uploading: "отправляет файл", bot: "бот", members: "{n} участник|{n} участника|{n} участников",
    today: "Сегодня", yesterday: "Вчера", topicName: "Название темы", personName: "Имя", addPerson: "Добавить человека",
    addGroup: "Новая группа", groupName: "Название группы", forum: "с темами", withTopics: "Темы в чате с ботом",
    iAm: "Вы", language: "English", sendFiles: "Отправить", caption: "Подпись", asFiles: "Отправить без сжатия",
    attach: "Прикрепить файл", dropHere: "Перетащите файлы сюда, чтобы отправить", connecting: "Соединение…", lost: "Соединение прервалось, попробуйте ещё раз",
    tooBig: "Файл слишком большой", noDo: "Здесь так нельзя", stop: "Остановить", thinking: "Думает", commands: "Меню", file: "Файл",
    photo: "Фотография", album: "Альбом", voice: "Голосовое сообщение", draft: "Черновик", emptyChat: "Здесь пока нет сообщений", pickChat: "Выберите, кому хотели бы написать",
    newTopicHint: "Напишите сообщение: оно откроет новую тему", what: "Что умеет этот бот?", forwarded: "Переслано от {name}", older: "Показать более ранние",
    topicCreated: "{name} создаёт тему «{topic}»", topicRenamed: "{name} меняет название темы на «{topic}»", topicClosed: "Тема закрыта",
    topicReopened: "Тема снова открыта", joined: "{name} добавляет: {who}", pinned: "{name} закрепляет сообщение", left: "{who} покидает группу", changed: "Здесь что-то изменилось",
    spoiler: "Показать скрытый текст", expand: "Показать больше", person: "Сменить человека", send: "Отправить", back: "Назад", menu: "Меню чата", removeReply: "Отменить", noBot: "Бота ещё нет в этой группе", math: "Формула",
  },
};

let language = localStorage.getItem("language") || (navigator.language.startsWith("ru") ? "ru" : "en");
document.documentElement.lang = language;

export function t(key, values = {}) {
  const text = WORDS[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function count(key, n) {
  const forms = WORDS[language][key].split("|");
  const rule = new Intl.PluralRules(language).select(n);
  const form = { one: forms[0], few: forms[1], many: forms[2] }[rule] ?? forms.at(-1);
  return form.replace("{n}", n);
}

export function locale() {
  return language;
}

export function switchLanguage() {
  language = language === "ru" ? "en" : "ru";
  localStorage.setItem("language", language);
  document.documentElement.lang = language;
}

export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}

export function dayName(seconds) {
  const date = new Date(seconds * 1000);
  const days = Math.round((midnight(new Date()) - midnight(date)) / 86400000);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return date.toLocaleDateString(language, { day: "numeric", month: "long", year });
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

export function size(bytes) {
  const units = ["B", "KB", "MB", "GB"];
  let power = 0;
  while (bytes >= 1024 && power < units.length - 1) { bytes /= 1024; power += 1; }
  return `${bytes.toFixed(power && bytes < 10 ? 1 : 0)} ${units[power]}`;
}
