// Builds the page from nodes. Nothing in the page sets innerHTML, so text from a message can never become markup.

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) setProp(node, key, value);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function setProp(node, key, value) {
  if (value === null || value === undefined) return;
  if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
  // Through the CSSOM and not a style attribute: a strict Content-Security-Policy allows only the former.
  else if (key === "style") for (const [name, text] of Object.entries(value)) node.style.setProperty(name, text);
  else if (key === "data") Object.assign(node.dataset, value);
  else if (key === "value" || key === "checked") node[key] = value;
  else if (key.startsWith("aria-")) node.setAttribute(key, String(value));
  else if (value !== false) node.setAttribute(key, value === true ? "" : value);
}

const ICONS = {
  menu: "M4 7h16M4 12h16M4 17h16",
  hash: "M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4",
  moon: "M20 14.2A8.2 8.2 0 0 1 9.8 4 8.2 8.2 0 1 0 20 14.2Z",
  play: "M8 5.2v13.6L19 12Z",
  pause: "M8.5 5v14M15.5 5v14",
  step: "M6 5.5v13l9-6.5ZM18 5v14",
  send: "M4.5 12 4 4.8 20.5 12 4 19.2 4.5 12Zm0 0h7.5",
  close: "M6 6l12 12M18 6 6 18",
  down: "M6 9.5l6 6 6-6",
  arrow: "M12 4.5v14M6 12.5l6 6 6-6",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 14.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6Z",
  out: "M9 5H5v14h14v-4M13 5h6v6M19 5l-9 9",
  check: "M5 12.5l4.5 4.5L19 7.5",
  file: "M7 3h7l5 5v13H7ZM14 3v5h5",
  slash: "M9 20 15 4",
  sliders: "M3.5 8h8M16.5 8h4M14 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5ZM3.5 16h3M11.5 16h9M9 13.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z",
  bin: "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10.3 11v5M13.7 11v5",
  forum: "M4 5h12v9H9l-4 3.5V14H4ZM9 17.5h6.5L19.5 20v-3.5H20V9",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export const nameOf = (user) => user?.global_name || user?.username || "someone";

export const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** Initials on a colour that is always the same for the same person. Applications have rounded squares, people circles. */
export function avatar(user) {
  const firsts = nameOf(user).split(/[\s._-]+/).map((word) => /[\p{L}\p{N}]/u.exec(word)?.[0]).filter(Boolean);
  const initials = firsts.slice(0, 2).join("").toUpperCase() || "?";
  let hue = 7;
  for (const char of String(user?.id ?? "")) hue = (hue * 31 + char.charCodeAt(0)) % 360;
  return h("span", { class: user?.bot ? "avatar app" : "avatar", "aria-hidden": true, style: { "--hue": String(hue) } }, initials);
}

/** The address if it is safe to follow (http or https), else null: `javascript:` must never become a link. */
export function safeUrl(text) {
  try {
    const url = new URL(text, location.href);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

export function link(address, ...children) {
  const href = safeUrl(address);
  if (!href) return h("span", {}, ...children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer", title: href }, ...children);
}

export function emojiOf(emoji) {
  if (!emoji?.name) return null;
  return h("span", { class: "emoji", "aria-hidden": true }, emoji.id ? `:${emoji.name}:` : emoji.name);
}

/** Call `act` with the newest arguments once nothing new has come for `ms`. */
export function debounced(ms, act) {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...args), ms);
  };
}
