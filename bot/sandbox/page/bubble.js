// One message as a bubble, a service line or an album.

import { avatar, colorOf, el, emojiText, icon } from "./dom.js";
import { clock, size, t } from "./i18n.js";
import { richBlocks, richPlain } from "./rich.js";
import { formatted } from "./text.js";

// place: { own, first, last, named } tells where in a run of one sender's messages it stands
export function bubble(messages, place, model, acts) {
  const message = messages[0];
  if (message.service) return serviceLine(message, model);
  const box = el("div", { class: `bubble ${mediaClass(messages)}` },
    place.named && place.first ? el("div", { class: "name", style: { color: colorOf(message.from) } }, message.name) : null,
    message.forwarded ? el("div", { class: "forwarded" }, t("forwarded", { name: message.forwarded })) : null,
    replyLine(message, model, acts),
    mediaOf(messages, acts),
    content(messages.find((one) => one.text) ?? message, acts),
    reactions(message, acts),
    meta(message, place));
  const column = el("div", { class: "column" }, box, keyboard(message, acts));
  const face = place.named ? el("div", { class: "face" }, place.last ? avatar(message.from, message.name, "small") : null) : null;
  const classes = ["row", place.own ? "out" : "in", place.first ? "first" : "", place.last ? "last" : ""].join(" ");
  return el("div", { class: classes, data: { id: message.id }, oncontextmenu: (event) => acts.menu(event, messages) }, face, column);
}

function mediaClass(messages) {
  const photos = messages.some((message) => message.media?.kind === "photo");
  const hasText = messages.some((message) => message.text);
  return `${photos ? "photo" : ""} ${photos && !hasText ? "bare" : ""} ${messages[0].rich ? "rich-box" : ""}`;
}

function content(message, acts) {
  if (message.rich) return el("div", { class: "rich", dir: message.rich.is_rtl ? "rtl" : "auto" }, richBlocks(message.rich.blocks, acts.of(message)));
  if (!message.text) return null;
  return el("div", { class: `text ${onlyEmoji(message) ? "big" : ""}`, dir: "auto" }, formatted(message.text, message.entities, acts));
}

function onlyEmoji(message) {
  return !message.media && message.text.length < 12 && /^(\p{Extended_Pictographic}|\u200d|\ufe0f|[\u{1f3fb}-\u{1f3ff}])+$/u.test(message.text);
}

function meta(message, place) {
  return el("div", { class: "meta" }, message.editDate ? el("span", {}, t("edited")) : null, el("time", {}, clock(message.date)),
    place.own ? icon(message.pending ? "clock" : "checks") : null);
}

function replyLine(message, model, acts) {
  if (!message.reply) return null;
  const target = model.chat.messages.get(message.reply);
  if (!target || target.service) return null;
  return el("button", { type: "button", class: "reply", style: { "--tone": colorOf(target.from) }, onclick: () => acts.show(target.id) },
    el("b", {}, target.name), el("span", {}, message.quote || preview(target)));
}

function mediaOf(messages, acts) {
  const withMedia = messages.filter((message) => message.media);
  if (!withMedia.length) return null;
  const photos = withMedia.filter((message) => message.media.kind === "photo");
  const files = withMedia.filter((message) => message.media.kind !== "photo");
  return [
    photos.length ? el("div", { class: `photos n${Math.min(photos.length, 4)}` }, photos.map((message) => photo(message, photos.length, acts))) : null,
    files.map((message) => file(message)),
  ];
}

function photo(message, count, acts) {
  const { id, width, height, name } = message.media;
  const style = count === 1 ? { "aspect-ratio": `${width || 4} / ${height || 3}`, width: `min(100%, ${Math.max(160, Math.min(width, 430, 430 * width / height))}px)` } : {};
  return el("button", { type: "button", class: "photo-button", style, onclick: () => acts.photo(id) },
    el("img", { src: `/page/file/${id}`, alt: name, loading: "lazy" }));
}

function file(message) {
  const { id, name, size: bytes, kind, mime } = message.media;
  if (kind === "voice" || mime.startsWith("audio/")) {
    return el("div", { class: "file" }, el("audio", { controls: true, src: `/page/file/${id}`, preload: "none" }));
  }
  const suffix = name.includes(".") ? name.split(".").pop().slice(0, 4) : "";
  return el("a", { class: "file", href: `/page/file/${id}?save`, download: name },
    el("span", { class: "file-icon" }, suffix || icon("file")),
    el("span", { class: "file-text" }, el("span", { class: "file-name" }, name), el("small", {}, size(bytes))));
}

function reactions(message, acts) {
  if (!message.reactions) return null;
  const counts = new Map();
  for (const [, emoji] of message.reactions) counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  return el("div", { class: "reactions" }, [...counts].map(([emoji, count]) =>
    el("button", { type: "button", class: "reaction", onclick: () => acts.react(message, emoji) }, emojiText(emoji), count > 1 ? el("small", {}, count) : null)));
}

function keyboard(message, acts) {
  if (!message.keyboard) return null;
  return el("div", { class: "keyboard" }, message.keyboard.map((row) => el("div", { class: "keys" }, row.map((button) =>
    el("button", { type: "button", class: `key ${button.style ?? ""} ${button.url ? "goes" : ""}`, onclick: (event) => acts.press(message, button, event.currentTarget) },
      el("span", {}, button.text))))));
}

function serviceLine(message, model) {
  return el("div", { class: "service", data: { id: message.id } }, el("span", {}, serviceText(message, model)));
}

export function serviceText(message, model) {
  const service = message.service;
  const who = (list) => list.map((user) => user.first_name).join(", ");
  if (service.forum_topic_created) return t("topicCreated", { name: message.name, topic: service.forum_topic_created.name });
  if (service.forum_topic_edited) return t("topicRenamed", { name: message.name, topic: service.forum_topic_edited.name ?? "" });
  if (service.forum_topic_closed) return t("topicClosed");
  if (service.forum_topic_reopened) return t("topicReopened");
  if (service.new_chat_members) return t("joined", { name: message.name, who: who(service.new_chat_members) });
  if (service.left_chat_member) return t("left", { who: service.left_chat_member.first_name });
  if (service.pinned_message) return t("pinned", { name: message.name });
  if (service.dice) return `${service.dice.emoji} ${service.dice.value}`;
  return t("changed");
}

export function preview(message, model) {
  if (!message) return "";
  if (message.service) return serviceText(message, model);
  if (message.rich) return richPlain(message.rich.blocks).slice(0, 120);
  if (message.text) return message.text.slice(0, 120);
  if (message.media) return { photo: t("photo"), voice: t("voice") }[message.media.kind] ?? message.media.name;
  return "";
}
