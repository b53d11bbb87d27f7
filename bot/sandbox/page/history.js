// The column of messages: days, runs of one sender, albums, the draft; stays at the bottom while new text comes.

import { bubble } from "./bubble.js";
import { el, icon } from "./dom.js";
import { dayName, t } from "./i18n.js";
import { richBlocks } from "./rich.js";
import { formatted } from "./text.js";

const RUN_S = 600;
const NEAR_PX = 90;

export class History {
  constructor(model, acts) {
    this.model = model;
    this.acts = acts;
    this.list = el("div", { class: "messages" });
    this.down = el("button", { type: "button", class: "down", hidden: true, onclick: () => this.toBottom(true) }, icon("down"));
    this.box = el("div", { class: "history", onscroll: () => this.scrolled() }, this.list);
    this.node = el("div", { class: "history-frame" }, this.box, this.down);
    this.known = new Map();
    this.isPinned = true;
    new ResizeObserver(() => { if (this.isPinned) this.toBottom(); }).observe(this.box);
  }

  reset() {
    this.known.clear();
    this.list.replaceChildren();
    this.isPinned = true;
  }

  draw() {
    const { model } = this;
    const messages = model.shown();
    const pending = model.outgoing.filter((item) => item.chat === model.chatId && (item.thread === model.thread || (item.thread === "new" && model.thread === 0)));
    const items = this.items([...messages, ...pending]);
    const nodes = items.map((item) => this.nodeFor(item));
    if (messages.length >= 300 && messages[0].id > 1) nodes.unshift(this.olderButton(messages[0].id));
    const draft = model.draft();
    if (draft) nodes.push(this.draftNode(draft));
    if (!nodes.length) nodes.push(this.emptyNode());
    place(this.list, nodes);
    this.prune(items);
    if (this.isPinned) this.toBottom();
    this.markRead(messages);
    this.down.hidden = this.isPinned;
  }

  items(messages) {
    const groups = [];
    for (const message of messages) {
      const before = groups.at(-1);
      if (message.group && before?.[0].group === message.group) before.push(message); else groups.push([message]);
    }
    const items = [];
    let day = "";
    groups.forEach((group, index) => {
      const message = group[0];
      const name = dayName(message.date);
      if (name !== day) { items.push({ key: `day ${name}`, day: name }); day = name; }
      items.push({ key: message.key ?? `m${message.id}`, group, place: this.place(message, groups[index - 1]?.[0], groups[index + 1]?.[0]) });
    });
    return items;
  }

  place(message, before, after) {
    const own = message.from === this.model.me.id;
    return {
      own,
      first: !joins(before, message),
      last: !joins(message, after),
      named: !own && this.model.chat.kind !== "private",
    };
  }

  nodeFor(item) {
    if (item.day) {
      const old = this.known.get(item.key);
      if (old) return old.node;
      const node = el("div", { class: "service day" }, el("span", {}, item.day));
      this.known.set(item.key, { node });
      return node;
    }
    const stamp = [...item.group, JSON.stringify(item.place), this.model.chat.messages.get(item.group[0].reply)];
    const old = this.known.get(item.key);
    if (old?.stamp && old.stamp.length === stamp.length && old.stamp.every((part, index) => part === stamp[index])) return old.node;
    const node = bubble(item.group, item.place, this.model, this.acts);
    if (old) keepOpen(old.node, node); else node.classList.add("new");
    this.known.set(item.key, { node, stamp });
    return node;
  }

  prune(items) {
    const keys = new Set(items.map((item) => item.key));
    for (const key of this.known.keys()) if (!keys.has(key)) this.known.delete(key);
  }

  draftNode(draft) {
    const inside = draft.rich ? el("div", { class: "rich" }, richBlocks(draft.rich.blocks, this.acts))
      : draft.text ? el("div", { class: "text", dir: "auto" }, formatted(draft.text, draft.entities, this.acts))
        : el("div", { class: "thinking" }, t("thinking"), el("span", { class: "dots" }, el("i"), el("i"), el("i")));
    return el("div", { class: "row in first last draft" }, el("div", { class: "column" }, el("div", { class: "bubble" }, inside)));
  }

  emptyNode() {
    const { model } = this;
    const about = model.chat.kind === "private" && model.about && !model.chat.isStarted;
    const text = about ? model.about : model.thread === "new" ? t("newTopicHint") : t("emptyChat");
    return el("div", { class: "empty" }, about ? el("b", {}, t("what")) : null, el("span", {}, text));
  }

  olderButton(before) {
    return el("button", { type: "button", class: "older", onclick: () => this.acts.older(before) }, t("older"));
  }

  markRead(messages) {
    const last = messages.at(-1);
    if (!last || !this.isPinned || document.hidden || !document.hasFocus()) return;
    const threads = this.model.chat.hasTopics ? [[this.model.thread, last.id]] : [...lastByThread(messages)];
    for (const [thread, id] of threads) if (id > (this.model.chat.reads[thread] ?? 0)) this.acts.read(thread, id);
  }

  scrolled() {
    this.isPinned = this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < NEAR_PX;
    this.down.hidden = this.isPinned;
    if (this.isPinned && this.model.chat) this.markRead(this.model.shown());
  }

  toBottom(isSmooth = false) {
    this.isPinned = true;
    this.box.scrollTo({ top: this.box.scrollHeight, behavior: isSmooth ? "smooth" : "instant" });
  }

  show(id) {
    const node = this.list.querySelector(`[data-id="${id}"]`);
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.add("flash");
    setTimeout(() => node.classList.remove("flash"), 1600);
  }
}

function joins(one, other) {
  return Boolean(one && other && !one.service && !other.service && one.from === other.from
    && other.date - one.date < RUN_S && dayName(one.date) === dayName(other.date));
}

function lastByThread(messages) {
  return new Map(messages.map((message) => [message.thread, message.id]));
}

// What a person opened in a message stays open when the message is drawn again.
function keepOpen(before, after) {
  for (const selector of [".spoiler", ".expandable", "details"]) {
    const old = before.querySelectorAll(selector);
    after.querySelectorAll(selector).forEach((node, index) => {
      if (!old[index]) return;
      if (selector === "details") node.open = old[index].open; else node.classList.toggle("open", old[index].classList.contains("open"));
    });
  }
  const tables = before.querySelectorAll(".table-box, pre");
  after.querySelectorAll(".table-box, pre").forEach((node, index) => { node.dataset.left = tables[index]?.scrollLeft ?? 0; });
  requestAnimationFrame(() => after.querySelectorAll("[data-left]").forEach((node) => { node.scrollLeft = Number(node.dataset.left); }));
}

// Make the children of a node these, touching only what differs.
function place(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => { if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null); });
}
