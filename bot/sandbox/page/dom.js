// Makes elements. Text always goes in as text, never as markup.

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "style") for (const [key, part] of Object.entries(value)) node.style.setProperty(key, part);
    else if (name === "data") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SHAPES = {
  send: "M3 20.500 22 12 3 3.500v6.600L15 12 3 13.900z",
  attach: "M16.500 6v11.500a4 4 0 0 1-8 0V5a2.500 2.500 0 0 1 5 0v10.500a1 1 0 0 1-2 0V6H10v9.500a2.500 2.500 0 0 0 5 0V5a4 4 0 0 0-8 0v12.500a5.500 5.500 0 0 0 11 0V6z",
  stop: "M6 6h12v12H6z",
  back: "M20 11H7.800l5.600-5.600L12 4l-8 8 8 8 1.400-1.400L7.800 13H20z",
  more: "M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4m0 2a2 2 0 1 0 0 4 2 2 0 0 0 0-4m0 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4",
  close: "M19 6.400 17.600 5 12 10.600 6.400 5 5 6.400l5.600 5.600L5 17.600 6.400 19l5.600-5.600 5.600 5.600 1.400-1.400-5.600-5.600z",
  plus: "M19 13h-6v6h-2v-6H5v-2h6V5h2v6h6z",
  file: "M6 2a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V8l-6-6zm7 7V3.500L18.500 9z",
  down: "M7.400 8.600 12 13.200l4.600-4.600L18 10l-6 6-6-6z",
  reply: "M10 9V5l-7 7 7 7v-4.100c5 0 8.500 1.600 11 5.100-1-5-4-10-11-11z",
  edit: "M3 17.300V21h3.800L17.800 9.900l-3.700-3.700zM20.700 7a1 1 0 0 0 0-1.400l-2.300-2.300a1 1 0 0 0-1.400 0l-1.800 1.800 3.700 3.700z",
  trash: "M6 19a2 2 0 0 0 2 2h8a2 2 0 0 0 2-2V7H6zM19 4h-3.500l-1-1h-5l-1 1H5v2h14z",
  copy: "M16 1H4a2 2 0 0 0-2 2v14h2V3h12zm3 4H8a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2V7a2 2 0 0 0-2-2m0 16H8V7h11z",
  people: "M16 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6m-8 0a3 3 0 1 0 0-6 3 3 0 0 0 0 6m0 2c-2.300 0-7 1.200-7 3.500V19h14v-2.500C15 14.200 10.300 13 8 13m8 0h-1c1.200.8 2 2 2 3.500V19h6v-2.500c0-2.300-4.700-3.500-7-3.500",
  clock: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20m0 18a8 8 0 1 1 0-16 8 8 0 0 1 0 16m.5-13H11v6l5.200 3.200.8-1.300-4.500-2.700z",
  checks: "M18 7l-1.400-1.400-6.300 6.300 1.400 1.400zm4.200-1.400L11.700 16.200l-4.200-4.200-1.400 1.400 5.600 5.600 12-12zM.4 13.400 6 19l1.400-1.400-5.600-5.600z",
  globe: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20m6.900 6h-3a15.600 15.600 0 0 0-1.300-3.600A8 8 0 0 1 18.900 8M12 4c.800 1.200 1.500 2.500 1.900 4h-3.800c.400-1.500 1.100-2.800 1.900-4M4.300 14a8 8 0 0 1 0-4h3.300a16.500 16.500 0 0 0 0 4zm.8 2h3a15.600 15.600 0 0 0 1.300 3.600A8 8 0 0 1 5.100 16m3-8h-3a8 8 0 0 1 4.300-3.600A15.600 15.600 0 0 0 8.100 8M12 20c-.800-1.200-1.500-2.500-1.900-4h3.800c-.400 1.500-1.100 2.800-1.900 4m2.300-6H9.700a14.700 14.700 0 0 1 0-4h4.600a14.700 14.700 0 0 1 0 4m.3 5.600c.600-1.100 1-2.300 1.300-3.600h3a8 8 0 0 1-4.300 3.600m1.800-5.600a16.500 16.500 0 0 0 0-4h3.300a8 8 0 0 1 0 4z",
  menu: "M3 18h18v-2H3zm0-5h18v-2H3zm0-7v2h18V6z",
};

// A heart without its colour mark would be drawn as a black sign.
export function emojiText(emoji) {
  return /\ufe0f$/.test(emoji) || !/^\p{Emoji}$/u.test(emoji) ? emoji : `${emoji}\ufe0f`;
}

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

const PALETTE = ["#e17076", "#faa774", "#a695e7", "#7bc862", "#6ec9cb", "#65aadd", "#ee7aae"];

export function colorOf(id) {
  let sum = 0;
  for (const digit of String(id)) sum = (sum * 17 + digit.charCodeAt(0)) % 997;
  return PALETTE[sum % PALETTE.length];
}

export function avatar(id, name, size = "") {
  const letters = name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => [...word][0]).join("");
  return el("span", { class: `avatar ${size}`, style: { "--avatar": colorOf(id) }, "aria-hidden": "true" }, letters.toUpperCase());
}

export function topicDot(color) {
  const hex = `#${Number(color).toString(16).padStart(6, "0")}`;
  return el("span", { class: "topic-dot", style: { "--dot": hex } });
}
