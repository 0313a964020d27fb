// What an administrator of the server could change: channels, roles, the bot itself. Folded away until it is asked for.

import { avatar, h, icon } from "./dom.js";
import { picker } from "./picker.js";

// What the bots may do in a channel: the name of the permission, what the button says, and what it means.
const MAY = [["see", "Sees it", "may see the channel"], ["post", "Posts", "may post messages"], ["read", "History", "may read earlier messages"]];
const SURE_FOR = 5000;

export class Administration {
  /** `change(body)` asks the server to change something in that guild; `me()` is who acts. */
  constructor(root, button, { change, me }) {
    Object.assign(this, { root, button, change, me, guild: null, asked: 0, shown: new Map() });
    this.#build();
    button.append(icon("sliders"), h("span", {}, "Server settings"));
    button.addEventListener("click", () => this.toggle(root.hidden));
    root.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && this.toggle(false));
  }

  toggle(open) {
    const held = this.root.contains(document.activeElement);
    this.root.hidden = !open;
    document.body.classList.toggle("administering", open);
    this.button.setAttribute("aria-expanded", String(open));
    this.#render();
    if (open) this.close.focus();
    else if (held) this.button.focus();
  }

  /** Show this server; the one before stays where there is none, as in a direct message. */
  show(guild) {
    if (guild?.id !== this.guild?.id) this.trouble.textContent = "";
    if (guild) this.#hear(guild);
    this.button.hidden = !this.guild;
    this.#render();
  }

  /** Answers and events come by different ways: what was read earlier may arrive later. */
  #hear(guild) {
    const known = this.guild?.id === guild.id ? this.guild.administration : null;
    const newest = known && known.reading > guild.administration.reading ? known : guild.administration;
    this.guild = { ...guild, administration: newest };
  }

  #build() {
    this.place = h("p", {});
    this.close = h("button", { type: "button", class: "icon-button", "aria-label": "Close the server settings", onclick: () => this.toggle(false) }, icon("close"));
    this.trouble = h("p", { class: "trouble", role: "alert" });
    this.about = h("p", { class: "admin-about" });
    const section = (name, title, more) => {
      this[name] = h("div", {});
      return h("section", { "aria-labelledby": `admin-${name}` }, h("h3", { id: `admin-${name}`, tabindex: "-1" }, title), this[name], more);
    };
    this.root.append(
      h("header", {}, h("div", {}, h("h2", {}, "Server settings"), this.place), this.close),
      h("div", { class: "admin-body" }, this.about, this.trouble,
        section("channels", "Channels", this.#adder("add_channel", "Name of a new channel", "new-channel")),
        section("roles", "Roles", this.#adder("add_role", "Name of a new role", "New role")),
        section("bots", "Bot"),
        section("contacts", "Who is told of trouble")));
  }

  #adder(what, label, placeholder) {
    const entry = h("input", { type: "text", "aria-label": label, placeholder, maxlength: "100", autocomplete: "off", spellcheck: "false" });
    const add = async (event) => {
      event.preventDefault();
      if (entry.value.trim() && await this.#do({ do: what, name: entry.value })) entry.value = "";
    };
    return h("form", { class: "admin-add", onsubmit: add }, entry, h("button", { class: "button secondary small" }, "Add"));
  }

  async #do(body) {
    const { guild } = this;
    this.trouble.textContent = "";
    this.asked += 1;
    try {
      const administration = await this.change({ guild: guild.id, ...body });
      if (this.guild.id === guild.id) this.#hear({ ...this.guild, administration });
      return true;
    } catch (error) {
      this.trouble.textContent = error.message;
      this.shown.clear();
      return false;
    } finally {
      this.asked -= 1;
      this.#render();
    }
  }

  /** Not while a change is asked for: a box shows what was pressed, and what others have changed waits for the answer. */
  #render() {
    const { guild } = this;
    if (this.root.hidden || !guild || this.asked) return;
    const { bots, channels, roles, owner, outage, updates_channel: updates } = guild.administration;
    const here = bots.filter((bot) => bot.here);
    const bot = bots.length === 1 ? bots[0].name : "the bots";
    this.place.textContent = guild.name;
    this.about.textContent = `What an administrator could change in Discord. Take a channel away from ${bot} while an alert waits, then give it back.`;
    this.#fill("bots", [guild.id, bots, outage], () => [
      ...bots.map((each) => this.#bot(each)),
      h("div", { class: "chips" }, this.#chip("Server is down (an outage)", outage, { do: "outage" }))]);
    this.#fill("channels", [guild.id, channels, bot, here.length], () => h("ul", {}, channels.map((channel) => this.#channel(channel, bot, !here.length))));
    this.#fill("roles", [guild.id, roles, here, this.me()], () => (roles.length ? h("ul", {}, roles.map((role) => this.#role(role, here))) : h("p", { class: "admin-none" }, "No roles.")));
    this.#fill("contacts", [guild.id, updates, owner, channels.map(({ id, name }) => [id, name])], () => this.#contacts(updates, owner, channels));
  }

  /** Make a section anew if what it shows has changed; the focus stays where it was, or goes to the section's title.
   *  Where no more than ticks have changed, the boxes stay: a key that is down on one would be let go on another. */
  #fill(name, facts, make) {
    const key = JSON.stringify(facts);
    if (this.shown.get(name) === key) return;
    this.shown.set(name, key);
    const section = this[name];
    const made = h("div", {}, make());
    if (made.isEqualNode(section)) return this.#tick(section, made);
    const held = section.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    section.replaceChildren(...made.childNodes);
    if (held === null) return;
    (section.querySelector(`[data-key="${CSS.escape(held)}"]`) ?? section.previousElementSibling).focus({ preventScroll: true });
  }

  #tick(section, made) {
    const boxes = section.querySelectorAll("input");
    made.querySelectorAll("input").forEach(({ checked }, number) => Object.assign(boxes[number], { checked }));
  }

  #bot(bot) {
    const act = h("button", { type: "button", class: "button secondary small", data: { key: `bot ${bot.id}` }, onclick: () => this.#do({ do: "bot", bot: bot.id, on: !bot.here }) },
      bot.here ? "Throw out" : "Invite again");
    return h("div", { class: "admin-bot" }, avatar({ id: bot.id, username: bot.name, bot: true }),
      h("div", {}, h("b", {}, bot.name), h("small", {}, bot.here ? "is in this server" : "was thrown out of this server")), act);
  }

  #channel(channel, bot, nobody) {
    const about = { channel: channel.id };
    const chips = MAY.map(([permission, label, words]) =>
      this.#chip(label, channel[permission], { do: "permission", permission, ...about }, nobody ? { disabled: true } : { title: `${bot} ${words}` }));
    return h("li", {}, this.#title(icon(channel.forum ? "forum" : "hash"), channel.name, `#${channel.name}`, { do: "remove_channel", ...about }),
      h("fieldset", { class: "chips" }, h("legend", { class: "sr" }, `What ${bot} may do in #${channel.name}`), chips,
        this.#chip("Forum", channel.forum, { do: "forum", ...about }, { title: "A forum, in which no messages can be posted" })));
  }

  #role(role, here) {
    const about = { role: role.id };
    const color = role.color ? `#${role.color.toString(16).padStart(6, "0")}` : null;
    const holds = (label, member) => this.#chip(label, role.members.includes(member), { do: "role", member, ...about });
    return h("li", {}, this.#title(h("i", { class: "admin-dot", style: color ? { background: color } : {} }), role.name, `the role ${role.name}`, { do: "remove_role", ...about }),
      h("fieldset", { class: "chips" }, h("legend", { class: "sr" }, `The role ${role.name}`), this.#chip("Anyone may ping it", role.mentionable, { do: "mentionable", ...about }),
        here.map((bot) => holds(`${bot.name} has it`, bot.id)), holds("You have it", this.me().id)));
  }

  #contacts(updates, owner, channels) {
    const options = [{ label: "None", value: "", default: !updates }, ...channels.map(({ id, name }) => ({ label: `#${name}`, value: id, default: id === updates }))];
    const choice = picker({ options, label: "Community updates channel", onchange: ([channel]) => this.#do({ do: "updates_channel", channel }) });
    choice.button.dataset.key = "updates";
    return [h("p", { class: "admin-label" }, "Community updates channel"), choice.node,
      h("div", { class: "chips" }, this.#chip(`${owner.name}, the owner, accepts direct messages`, owner.messages, { do: "owner_messages" }))];
  }

  /** A name, and the button that deletes what bears it, pressed twice: Discord cannot give back what was deleted. */
  #title(mark, name, words, body) {
    const remove = h("button", { type: "button", class: "icon-button", "aria-label": `Delete ${words}`, title: "Delete", data: { key: JSON.stringify(body) } }, icon("bin"));
    remove.addEventListener("click", () => {
      if (remove.classList.contains("sure")) return this.#do(body);
      remove.classList.add("sure");
      remove.replaceChildren("Delete for good?");
      remove.setAttribute("aria-label", `Delete ${words} for good?`);
      setTimeout(calm, SURE_FOR);
    });
    const calm = () => {
      remove.classList.remove("sure");
      remove.replaceChildren(icon("bin"));
      remove.setAttribute("aria-label", `Delete ${words}`);
    };
    remove.addEventListener("blur", calm);
    return h("div", { class: "admin-title" }, mark, h("b", {}, name), remove);
  }

  #chip(label, on, body, { disabled = false, title = null } = {}) {
    const box = h("input", { type: "checkbox", checked: on, disabled, data: { key: JSON.stringify(body) }, onchange: () => this.#do({ ...body, on: box.checked }) });
    return h("label", { class: "toggle", title }, box, h("span", {}, icon("check"), label));
  }
}
