// The right side: header, topics, messages, composer; and dropping files onto it.

import { Composer } from "./composer.js";
import { avatar, el, icon, topicDot } from "./dom.js";
import { History } from "./history.js";
import { count, t } from "./i18n.js";
import { askBox, confirmBox, menu } from "./menus.js";

export class ChatPane {
  constructor(model, acts) {
    this.model = model;
    this.acts = acts;
    this.node = document.getElementById("chat");
    this.history = new History(model, acts);
    this.composer = new Composer(model, acts);
    this.head = el("header", { class: "chat-head" });
    this.topics = el("div", { class: "topics", role: "tablist" });
    this.pane = el("section", { class: "pane" }, this.head, this.topics, this.history.node, this.composer.node);
    this.watchDrops();
    this.at = "";
  }

  draw() {
    const { model } = this;
    document.getElementById("app").classList.toggle("in-chat", Boolean(model.chat));
    if (!model.chat) { this.node.replaceChildren(el("div", { class: "pick" }, el("span", {}, t("pickChat")))); this.at = ""; return; }
    if (this.pane.parentNode !== this.node) this.node.replaceChildren(this.pane);
    const here = `${model.me.id}/${model.chatId}/${model.thread}`;
    if (here !== this.at) { this.history.reset(); this.composer.move(this.at, here); this.at = here; }
    this.drawHead();
    this.drawTopics();
    this.history.draw();
    this.composer.draw();
  }

  drawHead() {
    const { model } = this;
    const { chat } = model;
    const face = chat.kind === "private" ? model.bot.id : chat.id;
    this.head.replaceChildren(
      el("button", { type: "button", class: "round back", "aria-label": t("back"), onclick: () => this.acts.leave() }, icon("back")),
      avatar(face, chat.title, "small"),
      el("div", { class: "chat-title" }, el("b", {}, chat.title), this.status()),
      el("button", { type: "button", class: "round", "aria-label": t("menu"), onclick: (event) => this.chatMenu(event.currentTarget) }, icon("more")));
  }

  status() {
    const { model } = this;
    const action = model.typingHere(model.chatId, model.thread === "new" ? 0 : model.thread);
    if (action) {
      return el("small", { class: "typing" }, t(action === "typing" ? "typing" : "uploading"), el("span", { class: "dots" }, el("i"), el("i"), el("i")));
    }
    const { chat } = model;
    return el("small", {}, chat.kind === "private" ? t("bot") : count("members", chat.members.length + (["member", "administrator"].includes(chat.botStatus) ? 1 : 0)));
  }

  chatMenu(button) {
    const { model, acts } = this;
    const { chat, topic } = model;
    const box = button.getBoundingClientRect();
    const items = topic ? [...this.topicItems(topic), null] : [];
    if (chat.kind === "private") {
      items.push({ icon: icon(chat.hasTopics ? "checks" : "menu"), text: t("withTopics"), act: () => acts.setTopics(!chat.hasTopics) });
      if (!chat.isBlocked) items.push({ icon: icon("close"), text: t("block"), danger: true, act: () => acts.block(true) });
    } else if (["member", "administrator"].includes(chat.botStatus)) {
      items.push({ icon: icon("close"), text: t("removeBot", { bot: model.bot.name }), danger: true, act: () => acts.addBot(false) });
    } else {
      items.push({ icon: icon("plus"), text: t("addBot", { bot: model.bot.name }), act: () => acts.addBot(true) });
    }
    menu(box.right - 240, box.bottom + 4, items);
  }

  drawTopics() {
    const { model } = this;
    const { chat } = model;
    this.topics.hidden = !chat.hasTopics;
    if (!chat.hasTopics) return;
    const isPrivate = chat.kind === "private";
    const hasLoose = !isPrivate || [...chat.messages.values()].some((message) => message.thread === 0);
    const tabs = chat.topics.map((topic) => this.tab(topic.id, topic.name, topicDot(topic.color), topic));
    if (hasLoose) tabs.unshift(this.tab(0, isPrivate ? t("all") : t("general"), "#"));
    const plus = isPrivate
      ? this.tab("new", t("newChat"), icon("plus"))
      : el("button", { type: "button", class: "tab plus", onclick: () => this.newTopic() }, icon("plus"), el("span", {}, t("newTopic")));
    this.topics.replaceChildren(plus, ...tabs);
    if (this.drawn !== this.at) { this.topics.querySelector(".active")?.scrollIntoView({ block: "nearest", inline: "nearest" }); this.drawn = this.at; }
  }

  tab(thread, name, mark, topic = null) {
    const { model } = this;
    const unread = thread === "new" ? 0 : model.unread(model.chat, thread);
    return el("button", {
      type: "button", role: "tab", class: `tab ${thread === model.thread ? "active" : ""}`, "aria-selected": String(thread === model.thread), data: { thread }, title: name,
      onclick: () => this.acts.go(model.chatId, thread),
      ondblclick: () => topic && this.rename(topic),
      oncontextmenu: (event) => { event.preventDefault(); if (topic) menu(event.clientX, event.clientY, this.topicItems(topic)); },
    }, mark === "#" ? el("span", { class: "topic-hash" }, "#") : mark, el("span", { class: "tab-name" }, name), unread ? el("span", { class: "badge" }, unread) : null);
  }

  topicItems(topic) {
    return [
      { icon: icon("edit"), text: t("rename"), act: () => this.rename(topic) },
      { icon: icon("trash"), text: t("remove"), danger: true, act: () => confirmBox(t("removeTopic"), t("remove"), () => this.acts.deleteTopic(topic.id)) },
    ];
  }

  rename(topic) {
    askBox(t("topicName"), topic.name, (name) => this.acts.renameTopic(topic.id, name));
  }

  newTopic() {
    askBox(t("topicName"), "", (name) => this.acts.openTopic(name));
  }

  watchDrops() {
    const cover = el("div", { class: "drop", hidden: true }, el("span", {}, t("dropHere")));
    this.pane.append(cover);
    this.pane.addEventListener("dragover", (event) => { event.preventDefault(); cover.hidden = false; cover.firstChild.textContent = t("dropHere"); });
    cover.addEventListener("dragleave", () => { cover.hidden = true; });
    this.pane.addEventListener("drop", (event) => {
      event.preventDefault();
      cover.hidden = true;
      const files = [...event.dataTransfer.files];
      if (files.length) this.acts.files(files);
    });
  }
}
