// Starts the page: joins the line to the server, the model and the views, and says what each act does.

import { ChatPane } from "./chat.js";
import { el, emojiText, icon } from "./dom.js";
import { size, switchLanguage, t } from "./i18n.js";
import { alertBox, closeAll, confirmBox, filesBox, menu, toast } from "./menus.js";
import { Model } from "./model.js";
import { Side } from "./side.js";
import { Line } from "./socket.js";

const QUICK = ["👍", "❤", "🔥", "🤔", "👎"];
const model = new Model();
const presses = new Map();
let payload = new URLSearchParams(location.search).get("start");
let frame = 0;

const line = new Line((event) => {
  if (event.type === "notice") { notice(event); return; }
  const wasKnown = Boolean(model.me);
  model.apply(event);
  if (event.type === "state") opened(wasKnown);
  if (event.type === "typing") setTimeout(redraw, 5600);
  redraw();
}, (online) => { model.online = online; if (model.me) redraw(); });

const acts = {
  go(chatId, thread) { model.go(chatId, thread); remember(); redraw(); },
  leave() { model.go(null, 0); remember(); redraw(); },
  become(id) {
    localStorage.setItem("person", id);
    model.chatId = null;
    line.open(id);
  },
  payload: () => payload,
  say(text, reply) { return say(model.chatId, model.writesTo(text), text, reply); },
  start() {
    const text = payload ? `/start ${payload}` : "/start";
    payload = null;
    history.replaceState(null, "", "/");
    acts.go(model.chatId, 0);
    say(model.chatId, 0, text);
  },
  command(text) { acts.say(text); },
  edit: (message, text) => ask("edit", { chat: message.chat, id: message.id, text }),
  stop: () => ask("stop", { chat: model.chatId, thread: model.thread }),
  read: (thread, id) => { model.chat.reads[thread] = id; line.ask("read", { chat: model.chatId, thread, id }).catch(() => {}); },
  react: (message, emoji) => {
    const own = message.reactions?.some(([user, sign]) => user === model.me.id && sign === emoji);
    ask("react", { chat: message.chat, id: message.id, emoji: own ? "" : emoji });
  },
  press,
  of: (message) => ({ ...acts, press: (button) => press(message, { ...button, data: button.callback_data }) }),
  block: (on) => ask("block", { on }),
  addBot: (on) => ask("bot", { chat: model.chatId, on }),
  setTopics: (on) => ask("topics", { on }),
  openTopic: (name) => ask("openTopic", { chat: model.chatId, name }).then((reply) => reply && acts.go(model.chatId, reply.thread)),
  renameTopic: (thread, name) => ask("renameTopic", { chat: model.chatId, thread, name }),
  deleteTopic: (thread) => ask("deleteTopic", { chat: model.chatId, thread }),
  addPerson: (name, topics) => ask("addPerson", { name, topics, language: document.documentElement.lang }).then((reply) => reply && acts.become(reply.person.id)),
  addGroup: (name, topics) => ask("addGroup", { name, topics }).then((reply) => reply && acts.go(reply.chat)),
  switchLanguage() { switchLanguage(); pane.history.reset(); redraw(); },
  async older(before) {
    const reply = await ask("history", { chat: model.chatId, before });
    for (const message of reply?.messages ?? []) model.chat.messages.set(message.id, message);
    pane.history.isPinned = false;
    redraw();
  },
  files: (files) => filesBox(files, size, (caption, asPhotos) => upload(files, caption, asPhotos)),
  photo(id) {
    const cover = el("div", { class: "viewer", onclick: closeAll }, el("img", { src: `/page/file/${id}`, alt: "" }));
    document.getElementById("layer").replaceChildren(cover);
  },
  show: (id) => pane.history.show(id),
  copy(text) { navigator.clipboard.writeText(text).then(() => toast(t("copied")), () => {}); },
  link: followLink,
  menu: messageMenu,
};

const side = new Side(model, acts);
const pane = new ChatPane(model, acts);

function redraw() {
  if (frame || !model.me) return;
  frame = requestAnimationFrame(() => { frame = 0; side.draw(); pane.draw(); title(); });
}

function title() {
  const unread = [...model.chats.values()].reduce((sum, chat) => sum + model.unread(chat), 0);
  document.title = unread ? `(${unread}) ${model.bot.name}` : model.bot.name;
}

function opened(wasKnown) {
  document.documentElement.dataset.ready = "yes";
  if (wasKnown && model.chatId) return;
  const [chatId, thread] = JSON.parse(localStorage.getItem(`place/${model.me.id}`) ?? "[]");
  if (payload) model.go(model.privateChat.id);
  else if (model.chats.has(chatId)) { model.go(chatId); if (model.chat.topics.some((topic) => topic.id === thread)) model.thread = thread; }
  else if (matchMedia("(min-width: 720px)").matches) model.go(model.privateChat.id);
}

function remember() {
  localStorage.setItem(`place/${model.me.id}`, JSON.stringify([model.chatId, model.thread]));
}

async function ask(act, fields) {
  try {
    return await line.ask(act, fields);
  } catch (problem) {
    toast(problem.message === "lost" ? t("lost") : t("noDo"));
    console.warn(problem.message);
    return null;
  }
}

async function say(chat, thread, text, reply) {
  if (!text.trim()) return;
  const key = crypto.randomUUID();
  const me = model.me;
  model.outgoing.push({ key, chat, thread, id: Infinity, from: me.id, name: me.name, date: Date.now() / 1000, text: text.trim().slice(0, 4096), reply, pending: true });
  pane.history.isPinned = true;
  redraw();
  const answer = await ask("say", { chat, thread, text, reply, key });
  model.outgoing = model.outgoing.filter((item) => item.key !== key);
  if (answer && thread === "new" && model.chatId === chat && !Number(model.thread)) acts.go(chat, answer.thread);
  redraw();
}

async function upload(files, caption, asPhotos) {
  const form = new FormData();
  const { chatId } = model;
  const thread = model.writesTo("");
  const fields = { person: model.me.id, chat: chatId, thread, caption, key: crypto.randomUUID(), ...(asPhotos ? { asPhotos: 1 } : {}) };
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const file of files) form.append("files", file, file.name);
  pane.history.isPinned = true;
  try {
    const response = await fetch("/page/upload", { method: "POST", body: form });
    if (response.status === 413) { toast(t("tooBig")); return; }
    const reply = await response.json();
    if (!reply.ok) toast(t("noDo"));
    else if (thread === "new") acts.go(chatId, reply.thread);
  } catch {
    toast(t("lost"));
  }
}

async function press(message, button, node) {
  if (button.url) { followLink(button.url) || open(button.url, "_blank", "noopener"); return; }
  if (button.copy_text) { acts.copy(button.copy_text.text ?? button.copy_text); return; }
  node?.classList.add("waiting");
  const reply = await ask("press", { chat: message.chat, id: message.id, data: button.data });
  if (!reply) { node?.classList.remove("waiting"); return; }
  presses.set(reply.query, node);
  setTimeout(() => { presses.delete(reply.query); node?.classList.remove("waiting"); }, 15000);
}

function notice(event) {
  presses.get(event.query)?.classList.remove("waiting");
  presses.delete(event.query);
  if (event.text) (event.alert ? alertBox : toast)(event.text);
  if (event.url) followLink(event.url) || open(event.url, "_blank", "noopener");
}

// A link to the bot itself is opened here; true when it was.
function followLink(url) {
  const own = new RegExp(`^(?:https?://)?(?:t\\.me/|telegram\\.me/)${model.bot.username}(?:\\?start=([\\w-]*))?$`, "i").exec(url)
    ?? new RegExp(`^tg://resolve\\?domain=${model.bot.username}(?:&start=([\\w-]*))?$`, "i").exec(url);
  if (!own) return false;
  const chat = model.privateChat;
  if (own[1] === undefined) { acts.go(chat.id); return true; }
  acts.go(chat.id, 0);
  say(chat.id, 0, `/start ${own[1]}`.trim());
  return true;
}

function messageMenu(event, messages) {
  const message = messages[0];
  if (message.pending || String(getSelection()) || event.target.closest("a")) return;
  event.preventDefault();
  const own = message.from === model.me.id;
  const text = messages.find((one) => one.text)?.text;
  const { chat } = model;
  const quick = el("div", { class: "quick" }, QUICK.map((emoji) => el("button", { type: "button", onclick: () => { closeAll(); acts.react(message, emoji); } }, emojiText(emoji))));
  const items = [{ icon: icon("reply"), text: t("reply"), act: () => pane.composer.setMode({ kind: "reply", message }) }];
  if (text) items.push({ icon: icon("copy"), text: t("copy"), act: () => acts.copy(text) });
  if (own && text && !message.forwarded) items.push({ icon: icon("edit"), text: t("edit"), act: () => pane.composer.setMode({ kind: "edit", message: messages.find((one) => one.text) }) });
  if (own || chat.kind === "private" || chat.isAdmin) {
    items.push({ icon: icon("trash"), text: t("remove"), danger: true, act: () => confirmBox(t("removeMessage"), t("remove"), () => messages.forEach((one) => ask("delete", { chat: one.chat, id: one.id }))) });
  }
  menu(event.clientX, event.clientY, items, quick);
}

addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeAll();
  const isTyping = event.target.closest?.("input, textarea, dialog, .dialog");
  if (!isTyping && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && model.chat) pane.composer.input.focus();
});
addEventListener("focus", redraw);
document.addEventListener("visibilitychange", redraw);
line.open(localStorage.getItem("person") ?? "");
