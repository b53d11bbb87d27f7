// Where one writes: text, commands, files, reply and edit, Telegram's own stop button.

import { preview } from "./bubble.js";
import { el, icon } from "./dom.js";
import { t } from "./i18n.js";

export class Composer {
  constructor(model, acts) {
    this.model = model;
    this.acts = acts;
    this.texts = new Map();
    this.mode = null;
    this.obeyed = 0;
    this.input = el("textarea", { rows: 1, class: "input", "aria-label": t("write"), oninput: () => this.typed(), onkeydown: (event) => this.key(event), onpaste: (event) => this.pasted(event) });
    this.picker = el("input", { type: "file", multiple: true, hidden: true, onchange: () => this.picked() });
    this.above = el("div", { class: "above" });
    this.hints = el("div", { class: "hints", role: "listbox" });
    this.menuButton = el("button", { type: "button", class: "commands-button", onclick: () => this.toggleMenu() }, icon("menu"), el("span", {}));
    this.attach = el("button", { type: "button", class: "round", title: t("attach"), "aria-label": t("attach"), onclick: () => this.picker.click() }, icon("attach"));
    this.send = el("button", { type: "button", class: "round send", onclick: () => this.go() });
    this.bar = el("div", { class: "bar" }, this.menuButton, this.attach, this.picker, this.input, this.send);
    this.keys = el("div", { class: "reply-keyboard" });
    this.node = el("footer", { class: "composer" }, this.hints, this.above, this.bar, this.keys);
  }

  // Another chat or topic is shown: keep what was written there.
  move(from, to) {
    if (from === to) return;
    this.texts.set(from, this.input.value);
    this.input.value = this.texts.get(to) ?? "";
    this.mode = null;
    this.hints.replaceChildren();
    this.fit();
  }

  // A message that wants a reply is replied to, as in Telegram's apps; once, for it can be taken back.
  obey() {
    const last = this.model.shown().at(-1);
    if (!last?.markup?.force_reply || this.obeyed >= last.id) return;
    this.obeyed = last.id;
    this.mode = { kind: "reply", message: last };
  }

  draw() {
    const { model } = this;
    this.obey();
    const chat = model.chat;
    const instead = this.instead(chat);
    this.bar.hidden = Boolean(instead);
    this.input.placeholder = model.writesTo("") === "new" ? t("newTopicHint") : t("write");
    this.menuButton.lastChild.textContent = t("commands");
    this.menuButton.hidden = !chat.commands.length;
    this.above.replaceChildren(...[instead, this.modeLine()].filter(Boolean));
    const canStop = model.draft()?.canStop;
    this.send.replaceChildren(icon(canStop ? "stop" : "send"));
    this.send.classList.toggle("stop", Boolean(canStop));
    this.send.title = canStop ? t("stop") : t("send");
    this.send.setAttribute("aria-label", this.send.title);
    this.drawKeys();
  }

  instead(chat) {
    if (chat.isBlocked) return el("button", { type: "button", class: "wide", onclick: () => this.acts.block(false) }, t("unblock"));
    if (chat.kind === "private" && (!chat.isStarted || this.acts.payload())) {
      return el("button", { type: "button", class: "wide start", onclick: () => this.acts.start() }, t("start"));
    }
    if (chat.kind !== "private" && !["member", "administrator"].includes(chat.botStatus)) {
      return el("button", { type: "button", class: "wide quiet", onclick: () => this.acts.addBot(true) }, t("addBot", { bot: this.model.bot.name }));
    }
    return null;
  }

  modeLine() {
    if (!this.mode) return null;
    const { kind, message } = this.mode;
    return el("div", { class: "mode" }, icon(kind), el("div", { class: "mode-text" },
      el("b", {}, kind === "edit" ? t("edit") : message.name), el("span", {}, preview(message))),
    el("button", { type: "button", class: "round small", "aria-label": t("removeReply"), onclick: () => this.setMode(null) }, icon("close")));
  }

  setMode(mode) {
    if (this.mode?.kind === "edit") this.input.value = "";
    this.mode = mode;
    if (mode?.kind === "edit") this.input.value = mode.message.text;
    this.fit();
    this.draw();
    this.input.focus();
  }

  drawKeys() {
    const last = this.model.shown().findLast((message) => message.markup && !message.markup.force_reply);
    const rows = last?.markup.keyboard ?? [];
    this.keys.replaceChildren(...rows.map((row) => el("div", { class: "keys" }, row.map((key) => {
      const text = typeof key === "string" ? key : key.text;
      return el("button", { type: "button", onclick: () => this.acts.say(text) }, text);
    }))));
  }

  typed() {
    this.fit();
    this.hint();
  }

  fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 200)}px`;
  }

  hint(all = false) {
    const text = this.input.value;
    const word = /^\/(\w*)$/.exec(text)?.[1];
    const found = all || word !== undefined ? this.model.chat.commands.filter((item) => all || item.command.startsWith(word)) : [];
    this.chosen = Math.max(0, found.findIndex((item) => item.command === word)); // Enter after "/mode" is not "/model"
    this.hints.replaceChildren(...found.map((item) => el("button", { type: "button", class: "hint", role: "option", onclick: () => this.choose(item) },
      el("b", {}, `/${item.command}`), el("span", {}, item.description))));
    this.markHint();
  }

  toggleMenu() {
    if (this.hints.children.length) this.hints.replaceChildren(); else this.hint(true);
  }

  markHint() {
    [...this.hints.children].forEach((node, index) => node.classList.toggle("chosen", index === this.chosen));
    this.hints.children[this.chosen]?.scrollIntoView({ block: "nearest" });
  }

  choose(item) {
    this.hints.replaceChildren();
    this.input.value = "";
    this.fit();
    this.acts.say(`/${item.command}`);
  }

  key(event) {
    const hints = this.hints.children;
    if (hints.length && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      this.chosen = (this.chosen + (event.key === "ArrowDown" ? 1 : hints.length - 1)) % hints.length;
      this.markHint();
    } else if (hints.length && event.key === "Tab") {
      event.preventDefault();
      this.input.value = `${hints[this.chosen].firstChild.textContent} `;
      this.hints.replaceChildren();
    } else if (event.key === "Escape") {
      if (this.hints.children.length) this.hints.replaceChildren(); else this.setMode(null);
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (hints.length) hints[this.chosen].click(); else this.submit();
    } else if (event.key === "ArrowUp" && !this.input.value && !this.mode) {
      const own = this.model.shown().findLast((message) => message.from === this.model.me.id && message.text);
      if (own) { event.preventDefault(); this.setMode({ kind: "edit", message: own }); }
    }
  }

  go() {
    if (this.model.draft()?.canStop) this.acts.stop(); else this.submit();
  }

  submit() {
    const text = this.input.value;
    if (!text.trim()) return;
    const mode = this.mode;
    this.input.value = "";
    this.mode = null;
    this.fit();
    this.hints.replaceChildren();
    if (mode?.kind === "edit") this.acts.edit(mode.message, text); else this.acts.say(text, mode?.message.id);
    this.draw();
    this.input.focus();
  }

  pasted(event) {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    event.preventDefault();
    this.acts.files(files);
  }

  picked() {
    const files = [...this.picker.files];
    this.picker.value = "";
    if (files.length) this.acts.files(files);
  }
}
