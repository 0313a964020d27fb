// A select menu: a button that opens a list. Used in messages, in forms and for "acting as".
// Keyboard as in the ARIA "select-only combobox": arrows, Home, End, letters, Enter or Space, Escape.

import { emojiOf, h, icon } from "./dom.js";

let serial = 0;

/**
 * `options`: [{label, value, description?, emoji?, default?, disabled?}]. Calls `onchange(values)` when the choice changes:
 * at once where one is chosen, on closing where several are. Returns {node, button, values(), set(values)}.
 */
export function picker({ options, placeholder = "Choose", label, min = 1, max = 1, disabled = false, onchange = () => {}, id }) {
  const many = max > 1;
  const listId = `picker-${(serial += 1)}`;
  let chosen = options.filter((each) => each.default).map((each) => each.value);
  let before = chosen;
  let active = -1;
  let typed = "";
  let typedAt = 0;

  const text = h("span", { class: "picker-text" });
  const button = h("button", {
    type: "button", id, class: "picker", role: "combobox", "aria-haspopup": "listbox", "aria-expanded": false,
    "aria-controls": listId, "aria-label": label, disabled,
    onclick: () => (isOpen() ? close() : open()), onkeydown: onKey, onblur: () => close(),
  }, text, icon("down"));
  const popup = h("ul", {
    id: listId, class: "popup", role: "listbox", popover: "manual", "aria-label": label || placeholder,
    "aria-multiselectable": many ? true : null,
    // The button keeps the focus, so that Escape, letters and arrows still work after a click.
    onpointerdown: (event) => event.preventDefault(), onmousedown: (event) => event.preventDefault(),
  });
  const items = options.map((option, at) => h("li", {
    id: `${listId}-${at}`, role: "option", class: "option", "aria-disabled": option.disabled ? true : null,
    onclick: () => choose(at), onpointermove: () => setActive(at, false),
  },
  many && h("span", { class: "tick" }, icon("check")), emojiOf(option.emoji),
  h("span", { class: "option-text" }, option.label, option.description && h("small", {}, option.description))));
  popup.append(...items);
  if (!options.length) popup.append(h("li", { class: "option empty" }, "Nothing to choose from"));
  const node = h("div", { class: "picker-box" }, button, popup);
  const isOpen = () => popup.matches(":popover-open");

  function open() {
    if (disabled || button.getAttribute("aria-busy") === "true") return;
    before = chosen;
    popup.showPopover();
    place();
    button.setAttribute("aria-expanded", "true");
    setActive(Math.max(0, options.findIndex((each) => chosen.includes(each.value))));
    addEventListener("scroll", onScroll, true);
    addEventListener("resize", close);
  }

  function close() {
    if (!isOpen()) return;
    popup.hidePopover();
    button.setAttribute("aria-expanded", "false");
    button.removeAttribute("aria-activedescendant");
    removeEventListener("scroll", onScroll, true);
    removeEventListener("resize", close);
    if (many && (chosen.length !== before.length || chosen.some((each) => !before.includes(each)))) {
      if (chosen.length >= min) onchange(chosen);
      else set(before);
    }
  }

  const onScroll = (event) => event.target !== popup && place();

  function place() {
    const box = button.getBoundingClientRect();
    const below = innerHeight - box.bottom - 12;
    const above = box.top - 12;
    const upwards = below < Math.min(popup.scrollHeight, 260) && above > below;
    const width = Math.min(Math.max(box.width, 200), innerWidth - 16);
    popup.style.width = `${width}px`;
    popup.style.maxHeight = `${Math.min(320, upwards ? above : below)}px`;
    popup.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
    popup.style.top = upwards ? "auto" : `${box.bottom + 6}px`;
    popup.style.bottom = upwards ? `${innerHeight - box.top + 6}px` : "auto";
  }

  function setActive(at, scroll = true) {
    if (!items.length) return;
    items[active]?.classList.remove("active");
    active = at;
    items[at].classList.add("active");
    button.setAttribute("aria-activedescendant", items[at].id);
    if (scroll) items[at].scrollIntoView({ block: "nearest" });
  }

  function choose(at) {
    const option = options[at];
    if (!option || option.disabled) return;
    if (!many) {
      const changed = chosen[0] !== option.value;
      // Where no choice is required, choosing the same again removes it.
      set(!changed && min === 0 ? [] : [option.value]);
      close();
      if (changed || min === 0) onchange(chosen);
      return;
    }
    if (chosen.includes(option.value)) set(chosen.filter((each) => each !== option.value));
    else if (chosen.length < max) set([...chosen, option.value]);
  }

  function set(values) {
    chosen = values;
    items.forEach((item, at) => item.setAttribute("aria-selected", String(values.includes(options[at].value))));
    const names = options.filter((each) => values.includes(each.value)).map((each) => each.label);
    text.textContent = names.join(", ") || placeholder;
    text.classList.toggle("placeholder", !names.length);
  }

  function onKey(event) {
    const { key } = event;
    if (!isOpen()) {
      if (key === "ArrowDown" || key === "ArrowUp") {
        event.preventDefault();
        open();
      }
      return;
    }
    const last = items.length - 1;
    const moves = { ArrowDown: Math.min(last, active + 1), ArrowUp: Math.max(0, active - 1), Home: 0, End: last };
    if (key in moves) setActive(moves[key]);
    else if (key === "Enter" || key === " ") choose(active);
    else if (key === "Escape") event.stopPropagation(), close();
    else if (key === "Tab") return close();
    else if (key.length === 1 && !event.ctrlKey && !event.metaKey) seek(key);
    else return;
    event.preventDefault();
  }

  function seek(letter) {
    typed = Date.now() - typedAt < 700 ? typed + letter.toLowerCase() : letter.toLowerCase();
    typedAt = Date.now();
    const found = options.findIndex((each) => each.label.toLowerCase().startsWith(typed));
    if (found >= 0) setActive(found);
  }

  set(chosen);
  return { node, button, values: () => chosen, set };
}

/** Options of a select for people, roles or channels (types 5 to 8), from those of the guild. */
export function guildOptions(type, guild, component = {}) {
  const chosen = new Set((component.default_values ?? []).map((each) => each.id));
  const options = [];
  const add = (value, label, description) => options.push({ value, label, description, default: chosen.has(value) });
  if (type === 5 || type === 7) {
    for (const { user } of guild?.members ?? []) add(user.id, user.global_name || user.username, `@${user.username}`);
  }
  if (type === 6 || type === 7) for (const role of guild?.roles ?? []) add(role.id, `@${role.name}`);
  if (type === 8) {
    const kinds = component.channel_types;
    for (const channel of guild?.channels ?? []) if (!kinds?.length || kinds.includes(channel.type)) add(channel.id, `#${channel.name}`);
  }
  return options;
}
