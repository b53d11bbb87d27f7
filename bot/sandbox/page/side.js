// The left column: who I am, and my chats.

import { preview } from "./bubble.js";
import { avatar, el, icon } from "./dom.js";
import { clock, dayName, t } from "./i18n.js";
import { askBox, menu } from "./menus.js";
import { lastMessage } from "./model.js";

export class Side {
  constructor(model, acts) {
    this.model = model;
    this.acts = acts;
    this.node = document.getElementById("side");
  }

  draw() {
    const { model } = this;
    const chats = [...model.chats.values()].sort((one, other) => newest(other) - newest(one));
    this.node.replaceChildren(this.head(), model.online ? "" : el("div", { class: "connecting" }, t("connecting")),
      el("nav", { class: "chats" }, chats.map((chat) => this.chatRow(chat))));
  }

  head() {
    const { me } = this.model;
    return el("header", { class: "side-head" },
      el("button", { type: "button", class: "me", title: t("person"), "aria-haspopup": "menu", onclick: (event) => this.peopleMenu(event.currentTarget) },
        avatar(me.id, me.name, "small"), el("span", { class: "me-name" }, el("small", {}, t("iAm")), el("b", {}, me.name)), icon("down")));
  }

  peopleMenu(button) {
    const { model, acts } = this;
    const box = button.getBoundingClientRect();
    const people = model.people.map((person) => ({
      icon: avatar(person.id, person.name, "tiny"), text: person.name, act: () => acts.become(person.id),
    }));
    menu(box.left, box.bottom + 4, [
      ...people, null,
      { icon: icon("plus"), text: t("addPerson"), act: () => this.addPerson() },
      { icon: icon("people"), text: t("addGroup"), act: () => this.addGroup() },
      { icon: icon("globe"), text: t("language"), act: acts.switchLanguage },
    ]);
  }

  addPerson() {
    askBox(t("personName"), "", (name, chosen) => this.acts.addPerson(name, chosen.topics), [["topics", t("withTopics"), true]]);
  }

  addGroup() {
    askBox(t("groupName"), "", (name, chosen) => this.acts.addGroup(name, chosen.topics), [["topics", t("forum"), true]]);
  }

  chatRow(chat) {
    const { model } = this;
    const last = lastMessage(chat);
    const unread = model.unread(chat);
    const isTyping = [0, ...chat.topics.map((topic) => topic.id)].some((thread) => model.typingHere(chat.id, thread));
    const author = last && chat.kind !== "private" && !last.service ? `${last.from === model.me.id ? t("iAm") : last.name}: ` : "";
    return el("button", { type: "button", class: `chat-row ${chat.id === model.chatId ? "active" : ""}`, data: { chat: chat.id }, onclick: () => this.acts.go(chat.id) },
      avatar(chat.kind === "private" ? model.bot.id : chat.id, chat.title),
      el("span", { class: "chat-info" },
        el("span", { class: "chat-top" }, el("b", {}, chat.title), last ? el("time", {}, when(last.date)) : null),
        el("span", { class: "chat-bottom" },
          el("span", { class: `chat-last ${isTyping ? "typing" : ""}` }, isTyping ? `${t("typing")}…` : author + preview(last, model)),
          unread ? el("span", { class: "badge" }, unread) : null)));
  }
}

function newest(chat) {
  return lastMessage(chat)?.date ?? (chat.kind === "private" ? 1 : 0);
}

function when(date) {
  const isToday = dayName(date) === t("today");
  return isToday ? clock(date) : dayName(date);
}
