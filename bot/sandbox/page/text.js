// Formatted text as elements: entities of a message, with code blocks, quotes, spoilers and links.

import { el, icon } from "./dom.js";
import { t } from "./i18n.js";

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code" };

// acts: { link(url), command(text), copy(text) }
export function formatted(text, entities = [], acts) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length || depth(a) - depth(b));
  return build(text, 0, text.length, sorted, acts);
}

function depth(entity) {
  return entity.type.includes("blockquote") ? 0 : ["code", "pre"].includes(entity.type) ? 2 : 1;
}

function build(text, from, to, entities, acts) {
  const nodes = [];
  let at = from;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    if (end <= start) continue;
    if (start > at) nodes.push(text.slice(at, start));
    const inner = entities.slice(index + 1).filter((other) => other.offset < end && other.offset >= start);
    nodes.push(wrap(entity, text.slice(start, end), build(text, start, end, inner, acts), acts));
    at = end;
    if (["blockquote", "expandable_blockquote", "pre"].includes(entity.type) && text[at] === "\n") at += 1;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

function wrap(entity, raw, inner, acts) {
  switch (entity.type) {
    case "pre": return codeBlock(raw, entity.language, acts);
    case "code": return el("code", { onclick: () => acts.copy(raw), title: t("copyCode") }, raw);
    case "spoiler": return spoiler(inner);
    case "blockquote": return el("blockquote", {}, inner);
    case "expandable_blockquote": return expandable(inner);
    case "text_link": return link(entity.url, inner, acts);
    case "url": return link(raw.includes("://") ? raw : `https://${raw}`, inner, acts);
    case "email": return link(`mailto:${raw}`, inner, acts);
    case "bot_command": return el("a", { href: "#", class: "command", onclick: (event) => { event.preventDefault(); acts.command(raw); } }, inner);
    case "mention": case "hashtag": case "cashtag": case "text_mention": return el("span", { class: "mention" }, inner);
    default: return TAGS[entity.type] ? el(TAGS[entity.type], {}, inner) : el("span", {}, inner);
  }
}

export function link(url, inner, acts) {
  const isSafe = /^(https?|tg|mailto):/i.test(url);
  return el("a", {
    href: isSafe ? url : "#", rel: "noopener noreferrer", target: "_blank", title: url,
    onclick: (event) => { if (!isSafe || acts.link(url)) event.preventDefault(); },
  }, inner);
}

export function codeBlock(raw, language, acts) {
  return el("div", { class: "code" },
    el("div", { class: "code-head" },
      el("span", {}, language || ""),
      el("button", { class: "code-copy", type: "button", onclick: () => acts.copy(raw) }, icon("copy"), t("copyCode"))),
    el("pre", {}, raw.replace(/\n$/, "")));
}

export function spoiler(inner) {
  const node = el("span", { class: "spoiler", role: "button", tabindex: "0", title: t("spoiler") }, inner);
  const show = () => { node.classList.add("open"); node.removeAttribute("title"); };
  node.addEventListener("click", (event) => { if (!node.classList.contains("open")) { event.preventDefault(); show(); } }, true);
  node.addEventListener("keydown", (event) => { if (event.key === "Enter") show(); });
  return node;
}

export function expandable(inner) {
  const node = el("blockquote", { class: "expandable", role: "button", tabindex: "0", title: t("expand") }, inner);
  node.addEventListener("click", (event) => { if (!event.target.closest("a")) node.classList.toggle("open"); });
  node.addEventListener("keydown", (event) => { if (event.key === "Enter") node.classList.toggle("open"); });
  return node;
}
