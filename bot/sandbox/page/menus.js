// Things over the page: menus, dialogs, toasts.

import { el } from "./dom.js";
import { t } from "./i18n.js";

const layer = () => document.getElementById("layer");

export function toast(text) {
  const node = el("div", { class: "toast" }, text);
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), 3500);
}

// items: [{ icon, text, act, danger }] or null for a line between
export function menu(x, y, items, top = null) {
  closeAll();
  const list = el("div", { class: "menu", role: "menu" }, top, items.map((item) => item === null ? el("hr") : el("button", {
    type: "button", role: "menuitem", class: item.danger ? "danger" : "", onclick: () => { closeAll(); item.act(); },
  }, item.icon ?? null, el("span", {}, item.text))));
  const cover = el("div", { class: "cover", onclick: closeAll, oncontextmenu: (event) => { event.preventDefault(); closeAll(); } });
  layer().append(cover, list);
  const box = list.getBoundingClientRect();
  list.style.left = `${Math.max(8, Math.min(x, innerWidth - box.width - 8))}px`;
  list.style.top = `${Math.max(8, Math.min(y, innerHeight - box.height - 8))}px`;
  list.querySelector("button")?.focus({ preventScroll: true });
}

export function closeAll() {
  layer().replaceChildren();
}

function dialog(content, onEnter) {
  closeAll();
  const cover = el("div", { class: "cover dim", onclick: closeAll });
  const box = el("form", { class: "dialog", role: "dialog", onsubmit: (event) => { event.preventDefault(); onEnter(); } }, content);
  layer().append(cover, box);
  (box.querySelector("input:not([type=checkbox]), textarea") ?? box.querySelector("button.main"))?.focus();
  return box;
}

function actions(yes, danger = false) {
  return el("div", { class: "dialog-actions" },
    el("button", { type: "button", onclick: closeAll }, t("cancel")),
    el("button", { type: "submit", class: danger ? "main danger" : "main" }, yes));
}

export function alertBox(text) {
  dialog([el("p", { class: "dialog-text" }, text), el("div", { class: "dialog-actions" }, el("button", { type: "submit", class: "main" }, t("ok")))], closeAll);
}

export function confirmBox(text, yes, act) {
  dialog([el("p", { class: "dialog-text" }, text), actions(yes, true)], () => { closeAll(); act(); });
}

// options: [[name, label, checked]]
export function askBox(title, value, act, options = []) {
  const input = el("input", { type: "text", class: "field", maxlength: 128, placeholder: title, "aria-label": title });
  input.value = value;
  const boxes = options.map(([name, label, checked]) => [name, el("input", { type: "checkbox", checked }), label]);
  dialog([
    el("h2", {}, title), input,
    boxes.map(([, box, label]) => el("label", { class: "check" }, box, label)),
    actions(t("save")),
  ], () => {
    if (!input.value.trim()) return;
    const chosen = Object.fromEntries(boxes.map(([name, box]) => [name, box.checked]));
    closeAll();
    act(input.value.trim(), chosen);
  });
  input.select();
}

export function filesBox(files, size, act) {
  const pictures = files.filter((file) => /^image\/(png|jpeg|gif|webp)$/.test(file.type));
  const caption = el("input", { type: "text", class: "field", maxlength: 1024, placeholder: t("caption"), "aria-label": t("caption") });
  const asFiles = el("input", { type: "checkbox" });
  const urls = [];
  const rows = files.map((file) => {
    const preview = pictures.includes(file) ? el("img", { src: remember(urls, file), alt: "" }) : el("span", { class: "file-dot" });
    return el("div", { class: "file-row" }, preview, el("span", { class: "file-name" }, file.name), el("small", {}, size(file.size)));
  });
  dialog([
    el("div", { class: "file-rows" }, rows), caption,
    pictures.length ? el("label", { class: "check" }, asFiles, t("asFiles")) : null,
    actions(t("sendFiles")),
  ], () => {
    for (const url of urls) URL.revokeObjectURL(url);
    closeAll();
    act(caption.value, pictures.length === files.length && !asFiles.checked);
  });
}

function remember(urls, file) {
  const url = URL.createObjectURL(file);
  urls.push(url);
  return url;
}
