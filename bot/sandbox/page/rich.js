// Rich messages: blocks and their rich text as elements. Formulas are shown as their source.

import { el } from "./dom.js";
import { t } from "./i18n.js";
import { codeBlock, expandable, link, spoiler } from "./text.js";

const TEXT_TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", subscript: "sub", superscript: "sup", marked: "mark",
};

export function richBlocks(blocks, acts) {
  return blocks.map((block) => richBlock(block, acts));
}

function richBlock(block, acts) {
  const text = (value) => richText(value, acts);
  switch (block.type) {
    case "paragraph": return el("p", {}, text(block.text));
    case "heading": return el(`h${block.size}`, {}, text(block.text));
    case "pre": return codeBlock(plain(block.text), block.language, acts);
    case "footer": return el("p", { class: "rich-footer" }, text(block.text));
    case "divider": return el("hr");
    case "mathematical_expression": return el("div", { class: "math block", title: t("math") }, block.expression);
    case "list": return list(block, acts);
    case "blockquote": return el("blockquote", {}, richBlocks(block.blocks, acts), credit(block, acts));
    case "expandable_blockquote": return expandable([...[text(block.text)].flat(), credit(block, acts)].filter(Boolean));
    case "pullquote": return el("blockquote", { class: "pull" }, text(block.text), credit(block, acts));
    case "table": return table(block, acts);
    case "details": return el("details", { open: block.is_open }, el("summary", {}, text(block.summary)), richBlocks(block.blocks, acts));
    case "thinking": return el("p", { class: "thinking" }, text(block.text));
    case "collage": case "slideshow": return el("div", { class: "collage" }, richBlocks(block.blocks, acts), caption(block, acts));
    case "photo": return figure(el("img", { src: `/page/file/${block.photo.at(-1).file_id}`, alt: t("photo") }), block, acts);
    case "document": return figure(el("a", { href: `/page/file/${block.document.file_id}?save`, class: "file-link" }, block.document.file_name), block, acts);
    case "buttons": return el("div", { class: "rich-buttons" }, block.buttons.map((button) => richButton(button, acts)));
    case "anchor": return el("span", { id: `a-${block.name}` });
    default: return el("p", { class: "rich-footer" }, `[${block.type}]`);
  }
}

function list(block, acts) {
  return el("div", { class: "list", role: "list" }, block.items.map((item) => el("div", { class: "item", role: "listitem" },
    item.has_checkbox ? el("input", { type: "checkbox", disabled: true, checked: item.is_checked }) : el("span", { class: "label" }, item.label),
    el("div", { class: "item-body" }, richBlocks(item.blocks, acts)))));
}

function table(block, acts) {
  const classes = ["bordered", "striped", "compact"].filter((name) => block[`is_${name}`]).join(" ");
  const rows = block.cells.map((row) => el("tr", {}, row.map((cell) => el(cell.is_header ? "th" : "td", {
    colspan: cell.colspan, rowspan: cell.rowspan, style: { "text-align": cell.align, "vertical-align": cell.valign },
  }, cell.text === undefined ? [] : richText(cell.text, acts)))));
  const title = block.caption === undefined ? null : el("caption", {}, richText(block.caption, acts));
  return el("div", { class: "table-box" }, el("table", { class: classes }, title, el("tbody", {}, rows)));
}

function figure(inner, block, acts) {
  return el("figure", {}, inner, caption(block, acts));
}

function caption(block, acts) {
  return block.caption ? el("figcaption", {}, richText(block.caption.text, acts)) : null;
}

function credit(block, acts) {
  return block.credit ? el("cite", {}, richText(block.credit, acts)) : null;
}

function richButton(button, acts) {
  return el("button", { type: "button", class: `key ${button.style ?? ""}`, onclick: () => acts.press(button) }, richText(button.text, acts));
}

function richText(value, acts) {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap((part) => richText(part, acts));
  if (!value) return [];
  const inner = value.text === undefined ? [] : richText(value.text, acts);
  switch (value.type) {
    case "code": return [el("code", { onclick: () => acts.copy(plain(value.text)) }, inner)];
    case "spoiler": return [spoiler(inner)];
    case "url": return [link(value.url, inner, acts)];
    case "email_address": return [link(`mailto:${value.email_address}`, inner, acts)];
    case "mathematical_expression": return [el("span", { class: "math", title: t("math") }, value.expression)];
    case "custom_emoji": return [value.alternative_text];
    case "button": return [richButton(value.button, acts)];
    case "bot_command": return [el("a", { href: "#", onclick: (event) => { event.preventDefault(); acts.command(value.bot_command); } }, inner)];
    case "anchor": return [el("span", { id: `a-${value.name}` })];
    default: return TEXT_TAGS[value.type] ? [el(TEXT_TAGS[value.type], {}, inner)] : inner;
  }
}

export function plain(value) {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(plain).join("");
  return value ? plain(value.text ?? value.expression ?? "") : "";
}

export function richPlain(blocks) {
  return blocks.map((block) => plain(block.text ?? block.summary ?? block.expression ?? "")
    || richPlain(block.blocks ?? (block.items ?? []).flatMap((item) => item.blocks))
    || (block.cells ?? []).flat().map((cell) => plain(cell.text)).join(" ")).join("\n");
}
