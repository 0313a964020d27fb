// The list of messages: groups by author, a line at each new day, and the place to which the reader has scrolled.

import { h, plural } from "./dom.js";
import { dayKey, longDay } from "./times.js";

const GROUP_GAP = 7 * 60 * 1000;
const MOST = 600;

export class Log {
  /** `render(message)` makes a row; `older(id)` answers {messages, more} from before that id. */
  constructor({ scroller, list, top, pill, render, older }) {
    Object.assign(this, { scroller, list, top, pill, render, older });
    this.rows = new Map();
    this.stuck = true;
    this.fresh = 0;
    this.more = false;
    this.loading = false;
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    pill.addEventListener("click", () => this.toBottom());
    // Whatever changes a height (a picture, the phone's keyboard, a longer composer) must not hide the newest message.
    const watch = new ResizeObserver(() => this.stuck && this.#bottom());
    watch.observe(scroller);
    watch.observe(list);
  }

  reset(messages, more) {
    this.rows.clear();
    this.list.replaceChildren();
    this.more = more;
    for (const message of messages) this.#append(message);
    this.#sayTop(); // what it says has a height too
    this.toBottom();
  }

  /** Add the message, or replace its old version. Answers whether it was new. */
  upsert(message) {
    const old = this.rows.get(message.id);
    this.#keepPlace(() => (old ? this.#replace(old, message) : this.#append(message)));
    if (!old && !this.stuck) this.#count(1);
    if (this.stuck && this.rows.size > MOST) this.#trim();
    return !old;
  }

  remove(id) {
    const row = this.rows.get(id);
    if (!row) return;
    this.#keepPlace(() => {
      const next = row.nextElementSibling;
      row.remove();
      this.rows.delete(id);
      if (next) this.#arrange(next);
    });
  }

  addLocal(row) {
    this.#keepPlace(() => this.list.append(row));
    this.toBottom();
    return { row, remove: () => this.#keepPlace(() => row.remove()) };
  }

  row(id) {
    return this.rows.get(id);
  }

  /** Scroll to the answer of that interaction, if it is in the list yet. */
  showAnswer(asked) {
    const row = this.list.querySelector(`[data-asked="${CSS.escape(asked)}"]`);
    if (row && row === this.list.lastElementChild) this.toBottom();
    else row?.scrollIntoView({ block: "nearest" });
  }

  toBottom() {
    this.stuck = true;
    this.#count(-this.fresh);
    this.#bottom();
  }

  #bottom() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #append(message) {
    const row = this.render(message);
    this.rows.set(message.id, row);
    this.list.append(row);
    this.#arrange(row);
  }

  #replace(old, message) {
    const row = this.render(message);
    // After a button was pressed from the keyboard the focus stays, also when the message answers by changing itself.
    const held = old.contains(document.activeElement) ? document.activeElement.dataset.customId : null;
    this.rows.set(message.id, row);
    old.replaceWith(row);
    this.#arrange(row);
    if (row.nextElementSibling) this.#arrange(row.nextElementSibling);
    if (!held) return;
    const again = row.querySelector(`[data-custom-id="${CSS.escape(held)}"]:not(:disabled)`) ?? row.querySelector("[data-custom-id]:not(:disabled)");
    (again ?? this.scroller).focus({ preventScroll: true });
  }

  #arrange(row) {
    const before = row.previousElementSibling;
    if (!row.dataset.at) return;
    const at = Number(row.dataset.at);
    const was = before?.dataset.at ? Number(before.dataset.at) : null;
    const sameDay = was !== null && dayKey(was) === dayKey(at);
    const joins = sameDay && before.dataset.author === row.dataset.author && at - was < GROUP_GAP &&
      !row.classList.contains("starts") && row.classList.contains("ephemeral") === before.classList.contains("ephemeral");
    row.classList.toggle("continues", joins);
    row.querySelector(":scope > .day")?.remove();
    if (!sameDay && !(before && was === null)) row.prepend(h("div", { class: "day", role: "separator", "aria-label": longDay(at) }, h("span", {}, longDay(at))));
  }

  /** Change the list and keep the reader's place: the bottom if it was there, else the same line. */
  #keepPlace(change) {
    if (this.stuck) {
      change();
      this.#bottom();
      return;
    }
    const edge = this.scroller.getBoundingClientRect().top;
    const seen = [...this.list.children].find((row) => row.getBoundingClientRect().bottom > edge);
    const key = seen?.dataset.id;
    const offset = seen?.getBoundingClientRect().top;
    change();
    const now = seen?.isConnected ? seen : this.rows.get(key);
    if (now) this.scroller.scrollTop += now.getBoundingClientRect().top - offset;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.stuck = scrollHeight - scrollTop - clientHeight < 48;
    if (this.stuck) this.#count(-this.fresh);
    this.pill.hidden = this.stuck;
    if (scrollTop < 300) this.#loadOlder();
  }

  #count(by) {
    this.fresh += by;
    this.pill.firstElementChild.textContent = this.fresh ? plural(this.fresh, "new message") : "Jump to newest";
    this.pill.hidden = this.stuck;
  }

  async #loadOlder() {
    const first = [...this.rows.entries()].find(([, row]) => !row.classList.contains("ephemeral"))?.[0];
    if (this.loading || !this.more || !first) return;
    this.loading = true;
    const list = this.list;
    const generation = this.rows.size && this.list.firstElementChild;
    this.#sayTop();
    try {
      const { messages, more } = await this.older(first);
      if (generation !== list.firstElementChild) return;
      this.more = more;
      this.#keepPlace(() => this.#prepend(messages));
    } finally {
      this.loading = false;
      this.#sayTop();
    }
  }

  #prepend(messages) {
    const known = messages.filter((message) => !this.rows.has(message.id));
    const rows = known.map((message) => [message.id, this.render(message)]);
    const first = this.list.firstElementChild;
    this.list.prepend(...rows.map(([, row]) => row));
    this.rows = new Map([...rows, ...this.rows]);
    for (const [, row] of rows) this.#arrange(row);
    if (first) this.#arrange(first);
  }

  #trim() {
    for (const [id, row] of this.rows) {
      if (this.rows.size <= MOST - 100) break;
      row.remove();
      this.rows.delete(id);
    }
    this.more = true;
    if (this.list.firstElementChild) this.#arrange(this.list.firstElementChild);
    this.#bottom();
    this.#sayTop();
  }

  #sayTop() {
    this.top.dataset.state = this.loading ? "loading" : this.more ? "more" : this.rows.size ? "start" : "empty";
  }
}
