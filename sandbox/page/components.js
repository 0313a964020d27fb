// What a message can contain besides text: Discord's components, old and new (V2), embeds and attachments.
// https://docs.discord.com/developers/components/reference

import { emojiOf, h, icon, link, safeUrl } from "./dom.js";
import { colorOf, markdown, spoiler } from "./markdown.js";
import { guildOptions, picker } from "./picker.js";
import { full } from "./times.js";

const BUTTON_STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };

const RENDER = {
  1: (row, message, about) => h("div", { class: "action-row" }, renderAll(row.components, message, about)),
  2: button,
  3: select,
  5: select,
  6: select,
  7: select,
  8: select,
  9: (section, message, about) => h("div", { class: "section" },
    h("div", { class: "section-text" }, renderAll(section.components, message, about)),
    section.accessory && h("div", { class: "accessory" }, renderAll([section.accessory], message, about))),
  10: (text, _, about) => markdown(text.content, about),
  11: (thumb, message) => h("div", { class: "thumbnail" }, picture(thumb, message)),
  12: (gallery, message) => h("div", { class: "gallery", "data-count": String(Math.min(gallery.items?.length ?? 0, 4)) },
    (gallery.items ?? []).map((item) => picture(item, message))),
  13: (file, message) => fileLink(resolve(file.file?.url, message), file.name),
  14: (line) => h("hr", { class: `separator spacing-${line.spacing ?? 1}${line.divider === false ? " blank" : ""}` }),
  17: container,
};

/** `about` is what markdown needs, and `press(message, component, values, node)` and `guild` for what can be pressed. */
export function renderAll(components, message, about) {
  return (components ?? []).map((each) => {
    const render = RENDER[each.type];
    return render ? render(each, message, about) : h("p", { class: "subtext" }, `(a component of type ${each.type}, which the sandbox does not show)`);
  });
}

function container(box, message, about) {
  const style = box.accent_color === null || box.accent_color === undefined ? {} : { "--bar": colorOf(box.accent_color) };
  const node = h("div", { class: "container", style }, renderAll(box.components, message, about));
  return box.spoiler ? veil(node) : node;
}

function veil(node) {
  const cover = h("button", {
    type: "button", class: "veil", onclick: () => {
      node.removeAttribute("inert");
      cover.remove();
    },
  }, "Spoiler. Press to show");
  node.setAttribute("inert", "");
  return h("div", { class: "veiled" }, node, cover);
}

function button(component, message, about) {
  const kind = BUTTON_STYLES[component.style] ?? "secondary";
  const inside = [emojiOf(component.emoji), component.label && h("span", {}, component.label)];
  const name = component.label ? null : component.emoji?.name || "button";
  if (component.style === 5) {
    const href = component.disabled ? null : safeUrl(component.url);
    const props = { class: "button link", "aria-label": name, "aria-disabled": href ? null : true };
    return h("a", href ? { ...props, href, target: "_blank", rel: "noopener noreferrer", title: href } : props, inside, icon("out"));
  }
  const node = h("button", {
    type: "button", class: `button ${kind}`, disabled: component.disabled, "aria-label": name,
    data: { customId: component.custom_id ?? "" },
    onclick: () => node.getAttribute("aria-busy") !== "true" && about.press(message, component, undefined, node),
  }, inside);
  return node;
}

function select(component, message, about) {
  const options = component.type === 3 ? component.options ?? [] : guildOptions(component.type, about.guild, component);
  const made = picker({
    options, placeholder: component.placeholder || "Make a selection", label: component.placeholder || "Select menu",
    min: component.min_values ?? 1, max: component.max_values ?? 1, disabled: component.disabled,
    onchange: (values) => about.press(message, component, values, made.button),
  });
  made.button.dataset.customId = component.custom_id ?? "";
  return made.node;
}

/** `attachment://name` means a file of the message itself. */
function resolve(url, message) {
  if (!url?.startsWith("attachment://")) return url;
  const name = url.slice("attachment://".length);
  return message.attachments?.find((each) => each.filename === name)?.url ?? null;
}

function picture(item, message) {
  const src = safeUrl(resolve(item.media?.url, message));
  const words = item.description || "";
  if (!src) return h("span", { class: "no-picture" }, words || "picture");
  const image = h("img", { src, alt: words, title: words || null, loading: "lazy", referrerpolicy: "no-referrer" });
  // A picture from the network may not load here; its address and description still say what it is.
  image.addEventListener("error", () => node.replaceWith(link(src, h("span", { class: "no-picture" }, words || "picture"))), { once: true });
  const node = item.spoiler ? spoiler([image]) : link(src, image);
  return node;
}

function fileLink(url, name, size) {
  const title = name || url?.split("/").at(-1)?.split("?")[0] || "file";
  const kb = size ? h("small", {}, size < 1024 ? `${size} bytes` : `${Math.ceil(size / 1024)} KB`) : null;
  const href = url ? safeUrl(url) : null;
  return h("a", href ? { class: "file", href, target: "_blank", rel: "noopener noreferrer", download: title } : { class: "file" },
    icon("file"), h("span", {}, title), kb);
}

export function attachments(message) {
  // In a V2 message a file shows where a component names it, and only there.
  if (!message.attachments?.length || message.flags & 32768) return [];
  return message.attachments.map((each) => fileLink(each.url, each.filename, each.size));
}

export function embeds(message, about) {
  if (message.flags & 4) return [];
  return (message.embeds ?? []).filter((each) => (each.type ?? "rich") === "rich").map((each) => h(
    "div", { class: "container embed", style: each.color ? { "--bar": colorOf(each.color) } : {} },
    each.author?.name && h("p", { class: "embed-author" }, each.author.name),
    each.title && h("p", { class: "embed-title" }, each.url ? link(each.url, each.title) : each.title),
    each.description && markdown(each.description, about),
    each.fields?.length && h("dl", { class: "embed-fields" }, each.fields.map((field) => h(
      "div", { class: field.inline ? "inline" : null }, h("dt", {}, field.name), h("dd", {}, markdown(field.value, about))))),
    each.image?.url && h("div", { class: "gallery", "data-count": "1" }, picture({ media: each.image }, message)),
    (each.footer?.text || each.timestamp) && h("p", { class: "subtext" },
      [each.footer?.text, each.timestamp && full(Date.parse(each.timestamp))].filter(Boolean).join(" · "))));
}
