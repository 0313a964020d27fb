// The line at the bottom: choose a slash command, fill its options, send it.
// What is highlighted in the list of suggestions is what Enter or Tab takes; with nothing highlighted Enter sends.

import { debounced, h, plural } from "./dom.js";
import { Refused } from "./net.js";
import { Suggestions } from "./suggestions.js";
import { checked, commandData, fixedList, KIND, kindName, leaves, narrowed, pasted, rank } from "./values.js";

const ONLY_COMMANDS = "Only slash commands work here. Type / to see them.";

export class Composer {
  /** `world()` → {commands, members, roles, channels}; `send(leaf, data, kept)`; `suggest(data)` → choices; `upload(file)`. */
  constructor(form, { world, send, suggest, upload }) {
    Object.assign(this, { form, world, send, suggest, upload });
    this.line = form.querySelector(".line");
    this.entry = form.querySelector("#entry");
    this.note = form.querySelector(".note");
    this.list = new Suggestions(form.querySelector(".panel"));
    this.leaf = null;
    this.fields = [];
    this.asked = 0;
    this.ask = debounced(140, (field) => this.#autocomplete(field));
    form.addEventListener("submit", (event) => (event.preventDefault(), this.#submit()));
    form.addEventListener("keydown", (event) => this.#key(event));
    form.addEventListener("focusout", (event) => form.contains(event.relatedTarget) || this.#close());
    this.line.addEventListener("click", (event) => event.target === this.line && this.line.lastElementChild.focus());
    this.entry.addEventListener("input", () => this.#entryChanged());
    this.entry.addEventListener("focus", () => this.entry.value.startsWith("/") && this.#entryChanged());
    this.more = h("input", {
      ...this.list.fieldProps, class: "more", enterkeyhint: "send", "aria-label": "Add an optional option",
      onfocus: () => this.#showOptional(), oninput: () => this.#showOptional(),
    });
  }

  /** Start typing a command, as if the person had pressed the slash. */
  begin() {
    if (this.leaf) return (this.fields[0]?.input ?? this.more).focus();
    if (!this.entry.value) this.entry.value = "/";
    this.entry.focus();
    this.#entryChanged();
  }

  /** Back to an empty line: after a change of person or server, nothing old may be sent. */
  reset() {
    this.leaf = null;
    this.fields = [];
    this.entry.value = "";
    this.line.replaceChildren(this.entry);
    this.form.classList.remove("filling");
    this.#close();
    this.say("");
  }

  get idle() {
    return !this.leaf && !this.entry.value;
  }

  say(text) {
    this.note.textContent = text;
    this.note.hidden = !text;
  }

  /** Put back a command that was sent, with everything that was typed. */
  restore({ leaf, values }, error = "") {
    this.choose(leaf, values);
    this.say(error);
  }

  // --- which command

  #entryChanged() {
    this.say("");
    const text = this.entry.value;
    if (!text.startsWith("/")) return this.#close();
    const all = leaves(this.world().commands);
    const whole = all.filter((leaf) => text.startsWith(`/${leaf.title} `)).sort((a, b) => b.title.length - a.title.length)[0];
    if (whole) return this.choose(whole, pasted(whole, text.slice(whole.title.length + 2)));
    const items = rank(all, text.slice(1)).map((leaf) => ({
      label: `/${leaf.title}`, hint: leaf.description, badge: leaf.command.application?.name,
      args: leaf.options.filter((each) => each.required).map((each) => each.name).join("  "),
      take: () => this.choose(leaf),
    }));
    const empty = all.length ? `No command matches “${text}”.` : "There are no commands here for this person.";
    this.list.show(this.entry, items, { about: items.length ? null : empty, first: true });
  }

  choose(leaf, values = {}) {
    this.say("");
    this.leaf = leaf;
    this.fields = [];
    this.form.classList.add("filling");
    const hint = `${leaf.description ?? ""}\nPress to choose another command`;
    const chip = h("button", { type: "button", class: "chip", title: hint, onclick: () => this.#backToEntry() }, `/${leaf.title}`);
    this.line.replaceChildren(chip, this.more);
    for (const option of leaf.options) {
      const kept = values[option.name];
      if (option.required || kept !== undefined) this.#addField(option, typeof kept === "string" ? { text: kept } : kept);
    }
    this.#labelMore();
    const next = this.fields.find((each) => !each.input.value) ?? this.fields.at(-1);
    (next?.input ?? this.more).focus();
  }

  #backToEntry() {
    const title = this.leaf?.title ?? "";
    this.reset();
    this.entry.value = `/${title}`;
    this.entry.focus();
    this.#entryChanged();
  }

  // --- its options

  #addField(option, { text = "", picked = null } = {}) {
    const numeric = option.type === KIND.INTEGER || option.type === KIND.NUMBER;
    const input = h("input", {
      ...this.list.fieldProps, value: text, enterkeyhint: "send", inputmode: numeric ? "decimal" : null,
      "aria-label": `${option.name}${option.required ? ", required" : ""}. ${option.description ?? ""}`,
    });
    const node = h("label", { class: "field" }, h("span", { class: "field-name" }, option.name), input);
    const field = { option, input, node, picked };
    input.addEventListener("input", () => this.#fieldChanged(field));
    input.addEventListener("focus", () => this.#suggestFor(field));
    if (option.type === KIND.FILE) this.#makeFileField(field);
    fit(input);
    this.fields.push(field);
    this.line.insertBefore(node, this.more);
    return field;
  }

  #fieldChanged(field) {
    const { input, option, node } = field;
    field.picked = null;
    this.say("");
    node.classList.remove("wrong");
    // Typing "until:" chooses the option of that name, as on Discord.
    const named = /(?:^|\s)([\w-]+):$/.exec(input.value);
    const meant = named && this.leaf.options.find((each) => each.name === named[1]);
    if (meant) input.value = input.value.slice(0, named.index);
    fit(input);
    if (meant && meant !== option) {
      const there = this.fields.find((each) => each.option === meant) ?? this.#addField(meant);
      this.#labelMore();
      there.input.focus();
    } else this.#suggestFor(field);
  }

  #makeFileField(field) {
    const { input } = field;
    const chooser = h("input", { type: "file", hidden: true, tabindex: "-1" });
    input.readOnly = true;
    input.placeholder = "choose a file…";
    const browse = () => chooser.click();
    input.addEventListener("click", browse);
    input.addEventListener("keydown", (event) => event.key === " " && browse());
    chooser.addEventListener("change", async () => {
      const [file] = chooser.files;
      if (!file) return;
      try {
        const kept = await this.upload(file);
        this.#pick(field, { label: file.name, value: kept.id });
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        this.say(error.message);
      }
    });
    field.node.append(chooser);
  }

  #absent() {
    return this.leaf.options.filter((option) => !this.fields.some((each) => each.option === option));
  }

  #labelMore() {
    const count = this.#absent().length;
    this.more.placeholder = count ? `+${count} optional` : "";
    this.more.classList.toggle("none", !count);
    this.more.value = "";
  }

  #showOptional() {
    const query = this.more.value.trim().toLowerCase().replace(/:$/, "");
    const items = this.#absent().filter((each) => each.name.includes(query)).map((option) => ({
      label: option.name, hint: option.description, badge: kindName(option), take: () => {
        const field = this.#addField(option);
        this.#labelMore();
        field.input.focus();
      },
    }));
    if (items.length && this.more.value.endsWith(":")) return items[0].take();
    this.list.show(this.more, items, { about: items.length ? "Optional" : "Enter sends the command.", first: query !== "" });
  }

  #suggestFor(field) {
    const { option, input } = field;
    this.asked += 1;
    if (option.autocomplete && !field.picked) {
      // The old list stays until the answer comes, so that it does not flicker at each letter.
      const kept = this.list.subject === field ? this.list.items : [];
      this.list.show(input, kept, { about: aboutOption(option, limits(option)), busy: true, subject: field });
      this.ask(field);
      return;
    }
    const fixed = field.picked ? null : fixedList(option, this.world());
    const items = fixed ? narrowed(fixed, input.value).slice(0, 100).map((choice) => this.#choiceItem(field, choice)) : [];
    this.list.show(input, items, { about: aboutOption(option, limits(option)), first: input.value.trim() !== "", subject: field });
  }

  async #autocomplete(field) {
    const turn = (this.asked += 1);
    if (this.list.subject !== field) return;
    const typed = field.input.value.trim();
    let choices = [];
    let words = typed ? "Nothing found; what you typed is sent as it is." : limits(field.option);
    try {
      choices = await this.suggest(commandData(this.leaf, this.#given(field)));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      words = error.message;
    }
    // Only the answer to the newest request counts, and only while its option is still being typed.
    if (turn !== this.asked || this.list.subject !== field || document.activeElement !== field.input) return;
    const items = choices.map((each) => this.#choiceItem(field, { label: String(each.name), value: each.value }));
    this.list.show(field.input, items, { about: aboutOption(field.option, items.length ? "" : words), first: typed !== "", subject: field });
  }

  #choiceItem(field, choice) {
    return { label: choice.label, hint: choice.hint, take: () => this.#pick(field, choice) };
  }

  #pick(field, choice) {
    field.input.value = choice.label;
    field.picked = { label: choice.label, value: choice.value };
    field.node.classList.remove("wrong");
    fit(field.input);
    const next = this.fields.find((each) => each.option.required && !each.input.value);
    if (next) next.input.focus();
    else if (document.activeElement === field.input) this.#suggestFor(field);
    else field.input.focus();
  }

  /** Options for an autocomplete request: those that are filled and valid so far, and the text of the one being typed. */
  #given(focused) {
    const options = [];
    for (const { option, input, picked } of this.fields) {
      const asked = option === focused.option;
      const value = asked ? input.value : checked(option, input.value, picked, this.world()).value;
      if (value !== undefined) options.push({ name: option.name, type: option.type, value, ...(asked ? { focused: true } : {}) });
    }
    return options;
  }

  // --- sending

  #submit() {
    if (!this.leaf) {
      const text = this.entry.value.trim();
      if (text.startsWith("/")) this.say(`No command matches “${text}”.`);
      else if (text) this.say(ONLY_COMMANDS);
      return;
    }
    const options = [];
    for (const { option, input, picked, node } of this.fields) {
      const { value, error } = checked(option, input.value, picked, this.world());
      if (error) {
        node.classList.add("wrong");
        input.focus();
        this.say(error);
        return;
      }
      if (value !== undefined) options.push({ name: option.name, type: option.type, value });
    }
    const leaf = this.leaf;
    const values = Object.fromEntries(this.fields.map((each) => [each.option.name, { text: each.input.value, picked: each.picked }]));
    this.last = { leaf, values };
    this.reset();
    this.entry.focus();
    this.send(leaf, commandData(leaf, options), this.last);
  }

  #close() {
    this.asked += 1;
    this.list.close();
  }

  // --- keys

  #key(event) {
    if (event.isComposing || event.target.tagName !== "INPUT") return;
    const { key } = event;
    const input = event.target;
    const takes = key === "Enter" || (key === "Tab" && !event.shiftKey);
    if ((key === "ArrowDown" || key === "ArrowUp") && this.list.items.length) this.list.move(key === "ArrowDown" ? 1 : -1);
    else if (key === "ArrowUp" && input === this.entry && !input.value && this.last) this.#recall();
    else if (takes && this.list.chosen) this.list.chosen.take();
    else if (key === "Escape" && (this.leaf || this.entry.value || this.list.open)) this.#escape(input);
    else if (key === "Backspace" && !input.value && this.leaf) this.#backOver(input);
    else return;
    event.preventDefault();
  }

  /** The command sent last, if this person may still use it. */
  #recall() {
    const leaf = leaves(this.world().commands).find((each) => each.title === this.last.leaf.title && each.command.id === this.last.leaf.command.id);
    if (leaf) this.restore({ leaf, values: this.last.values });
  }

  /** First Escape closes a list of choices, so that what was typed can be sent as it is; the next cancels. */
  #escape(input) {
    if (this.list.items.length && this.leaf) return this.#close();
    this.reset();
    if (input !== this.entry) this.entry.focus();
  }

  #backOver(input) {
    const at = this.fields.findIndex((each) => each.input === input);
    const before = at < 0 ? this.fields.at(-1) : this.fields[at - 1];
    const removable = at >= 0 && !this.fields[at].option.required;
    if (removable) {
      this.fields[at].node.remove();
      this.fields.splice(at, 1);
      this.#labelMore();
    }
    if (before) before.input.focus();
    else if (removable) this.more.focus();
    else this.#backToEntry();
  }
}

const aboutOption = (option, small) =>
  h("span", {}, h("b", {}, option.name), option.description ?? "", small && h("small", {}, small));

/** As wide as its text: `field-sizing` does this in CSS, but not in every browser yet. */
function fit(input) {
  input.size = Math.max(4, Math.min(48, (input.value || input.placeholder).length + 1));
}

function limits(option) {
  const said = [option.required ? "required" : "optional"];
  if (option.type !== KIND.STRING || option.choices?.length) said.push(kindName(option));
  if (option.min_value !== undefined && option.max_value !== undefined) said.push(`${option.min_value} to ${option.max_value}`);
  else if (option.min_value !== undefined) said.push(`${option.min_value} or more`);
  else if (option.max_value !== undefined) said.push(`${option.max_value} or less`);
  if (option.min_length > 1) said.push(`at least ${plural(option.min_length, "character")}`);
  if (option.max_length && option.max_length < 6000) said.push(`up to ${plural(option.max_length, "character")}`);
  return said.join(" · ");
}
