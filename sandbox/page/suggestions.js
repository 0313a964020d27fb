// The list above the command line: commands, choices, people, autocomplete answers, options one may add.
// The focus stays in the field; aria-activedescendant names the highlighted item (ARIA "combobox with listbox popup").

import { h } from "./dom.js";

export class Suggestions {
  constructor(panel) {
    this.panel = panel;
    this.about = panel.querySelector(".panel-about");
    this.listbox = panel.querySelector(".panel-list");
    this.items = [];
    this.active = -1;
    this.input = null;
    /** What the list is shown for; the composer compares it to know whether an answer is still wanted. */
    this.subject = null;
    // A press on the list must not take the focus from the line, else the list would close before the click arrives.
    panel.addEventListener("mousedown", (event) => event.preventDefault());
  }

  /** Make this the list of a field. */
  get fieldProps() {
    return { role: "combobox", "aria-autocomplete": "list", "aria-controls": this.listbox.id, "aria-expanded": false, autocomplete: "off", spellcheck: "false" };
  }

  get open() {
    return !this.panel.hidden;
  }

  /** The highlighted item, if one can be taken. */
  get chosen() {
    const item = this.items[this.active];
    return item && !item.off ? item : null;
  }

  /** `items`: [{label, hint?, args?, badge?, off?, take()}]; `first` highlights the first of them. */
  show(input, items, { about = null, first = false, busy = false, subject = null } = {}) {
    if (this.input !== input) this.#expanded(false);
    Object.assign(this, { input, items, subject, active: -1 });
    this.about.replaceChildren(...(about ? [about] : []));
    this.about.hidden = !about;
    this.panel.classList.toggle("busy", busy);
    this.listbox.replaceChildren(...items.map(itemNode));
    this.listbox.hidden = !items.length;
    this.panel.hidden = !about && !items.length;
    this.#expanded(items.length > 0);
    const start = items.findIndex((item) => !item.off);
    if (first && start >= 0) this.#activate(start);
    else input.removeAttribute("aria-activedescendant");
  }

  close() {
    this.#expanded(false);
    this.panel.hidden = true;
    Object.assign(this, { items: [], active: -1, subject: null });
  }

  move(step) {
    const count = this.items.length;
    this.#activate(this.active < 0 ? (step > 0 ? 0 : count - 1) : (this.active + step + count) % count);
  }

  #activate(at) {
    this.listbox.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = at;
    const node = this.listbox.children[at];
    node.setAttribute("aria-selected", "true");
    node.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", node.id);
  }

  #expanded(open) {
    this.input?.setAttribute("aria-expanded", String(open));
    if (!open) this.input?.removeAttribute("aria-activedescendant");
  }
}

function itemNode(item, at) {
  const label = h("span", { class: "choice-label" }, item.label, item.args && h("span", { class: "choice-args" }, item.args));
  return h("li", {
    id: `choice-${at}`, role: "option", class: "choice", "aria-selected": false, "aria-disabled": item.off ? true : null,
    onclick: () => item.off || item.take(),
  }, h("span", { class: "choice-text" }, label, item.hint && h("small", {}, item.hint)), item.badge && h("span", { class: "badge" }, item.badge));
}
