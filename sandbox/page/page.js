// The sandbox's page: holds what the server has sent, and connects the parts of the page.

import { Administration } from "./administration.js";
import { Clock } from "./clock.js";
import { Composer } from "./composer.js";
import { avatar, h, icon, nameOf } from "./dom.js";
import { frame } from "./frame.js";
import { Interactions } from "./interactions.js";
import { Log } from "./log.js";
import { EPHEMERAL, reaches, renderMessage } from "./message.js";
import { get, Link, post, Refused, send } from "./net.js";
import { picker } from "./picker.js";
import { refreshRelative } from "./times.js";

const PAGE_SIZE = 50;
const FORUM = 15;
const $ = (selector) => document.querySelector(selector);

const state = {
  me: null, users: [], guilds: [], commands: {}, direct: [],
  channel: null, unread: new Map(), own: new Map(), gone: new Set(), arrivals: null,
};

const people = new Map();
const about = {
  people, roles: new Map(), channels: new Map(), now: () => clock.now(), pings: { users: new Set(), roles: new Set(), everyone: false },
  dismiss, press: (...what) => interactions.press(...what), jumping: () => clock.jumping, showHeld: (count) => clock.setHeld(count), wasKept: (id) => interactions.wasKept(id),
  get me() { return state.me; },
  get guild() { return guildOf(state.channel); },
  get myRoles() { return memberOf(about.guild)?.roles ?? []; },
};

const clock = new Clock($("#clock"), {
  command: (what, value) => post("/page/clock", { do: what, value }),
  changed: (now) => refreshRelative($("#messages"), now),
  arrived: () => interactions.arrived(),
});
const log = new Log({
  scroller: $("#scroller"), list: $("#messages"), top: $("#top"), pill: $("#pill"),
  render: (message) => renderMessage(message, about), older,
});
const interactions = new Interactions({ about, log, where: () => ({ as: state.me.id, guild: about.guild?.id ?? null, channel: state.channel }) });
const composer = new Composer($("#composer"), {
  world, send: (...what) => interactions.command(...what), suggest: (data) => interactions.suggest(data), upload: (file) => send("/page/upload", file),
});
interactions.composer = composer;
const administration = new Administration($("#admin"), $("#admin-button"), { change: (body) => post("/page/administration", body), me: () => state.me });
const link = new Link({ onEvent, onState: onLink });

// --- what the server sends

function onEvent(event) {
  const handle = { state: onState, message: onMessage, clock: onClock, commands: onCommands, guilds: onGuilds, interaction: (told) => interactions.update(told), typing: onTyping }[event.type];
  handle?.(event);
}

function onState(told) {
  const changedPerson = state.me?.id !== told.me.id;
  link.as = told.me.id;
  Object.assign(state, { me: told.me, users: told.users ?? [], commands: told.commands ?? {} });
  if (changedPerson) {
    state.unread.clear();
    state.own.clear();
    state.gone.clear();
    state.direct = [];
    composer.reset();
  }
  onGuilds(told);
  clock.set(told.clock);
  showPeople();
  keepInAddress(told.me.id);
  document.body.classList.remove("starting");
  showChannel(wantedChannel());
}

function onGuilds({ guilds, dms, users, commands }) {
  state.guilds = guilds ?? [];
  state.direct = (dms ?? state.direct).map((each) => ({ topic: null, ...each }));
  if (users) state.users = users;
  if (commands) state.commands = commands;
  about.roles.clear();
  about.channels.clear();
  for (const user of state.users) people.set(user.id, user);
  for (const guild of state.guilds) {
    for (const role of guild.roles ?? []) about.roles.set(role.id, role);
    for (const channel of guild.channels ?? []) about.channels.set(channel.id, channel);
    for (const member of guild.members ?? []) people.set(member.user.id, member.user);
  }
  for (const channel of state.direct) {
    about.channels.set(channel.id, channel);
    if (channel.user) people.set(channel.user.id, channel.user);
  }
  showPlaces();
  if (!document.body.classList.contains("starting")) keepUp();
}

/** Go elsewhere if the channel shown is gone; if it became a forum, say so. */
function keepUp() {
  if (about.channels.has(state.channel)) {
    showHead();
    administration.show(about.guild ?? state.guilds.find((guild) => guild.id === administration.guild?.id));
  } else showChannel(wantedChannel());
}

function onCommands({ commands }) {
  state.commands = commands;
}

function onClock(told) {
  clock.set(told.clock ?? told);
}

function onMessage({ op, message }) {
  if (message.author) people.set(message.author.id, message.author);
  for (const user of message.mentions ?? []) people.set(user.id, user);
  keepOwn(op, message);
  noteDirect(message);
  if (message.channel_id !== state.channel) {
    if (op === "create") countUnread(message);
    return;
  }
  if (state.arrivals) state.arrivals.push({ op, message });
  else apply({ op, message });
}

function apply({ op, message }) {
  if (op === "delete") return log.remove(message.id);
  if (state.gone.has(message.id)) return;
  interactions.settle(message.interaction_metadata?.id);
  if (!log.upsert(message) || op !== "create") return;
  interactions.shown(message.interaction_metadata?.id);
  showTyping("");
  announce(message);
}

/** The page keeps ephemeral messages until they are dismissed; the history need not contain them. */
function keepOwn(op, message) {
  if (op === "delete") state.own.delete(message.id);
  else if (message.flags & EPHEMERAL) state.own.set(message.id, message);
}

/** A channel without a server is a direct message; it joins the list with its first message. */
function noteDirect(message) {
  if (about.channels.has(message.channel_id) || message.guild_id || !message.author?.bot) return;
  const channel = { id: message.channel_id, name: nameOf(message.author), type: 1, topic: null };
  state.direct.push(channel);
  about.channels.set(channel.id, channel);
  showPlaces();
}

function countUnread(message) {
  if (!about.channels.has(message.channel_id)) return;
  const was = state.unread.get(message.channel_id) ?? { messages: 0, mentions: 0 };
  const guild = guildOf(message.channel_id);
  const mine = reaches(message, state.me.id, memberOf(guild)?.roles ?? []) || !guild;
  state.unread.set(message.channel_id, { messages: was.messages + 1, mentions: was.mentions + (mine ? 1 : 0) });
  showUnread();
}

function announce(message) {
  const words = log.row(message.id)?.querySelector(".content")?.textContent ?? "";
  $("#announcer").textContent = `${nameOf(message.author)}: ${words.slice(0, 240)}`;
}

let typingTimer = null;
function onTyping({ channel_id, user_id }) {
  if (channel_id !== state.channel) return;
  showTyping(`${nameOf(people.get(user_id))} is typing…`);
  // Discord shows it for ten seconds unless a message comes first.
  typingTimer = setTimeout(showTyping, 10000, "");
}

function showTyping(text) {
  clearTimeout(typingTimer);
  $("#typing").textContent = text;
}

let lostTimer = null;
function onLink(how) {
  clearTimeout(lostTimer);
  if (how === "open") $("#lost").hidden = true;
  // Not at once: a page that is being left, or a server that restarts at once, is no reason for alarm.
  else lostTimer = setTimeout(() => ($("#lost").hidden = false), 400);
}

// --- places

const guildOf = (channelId) => state.guilds.find((guild) => guild.channels?.some((each) => each.id === channelId)) ?? null;
const memberOf = (guild) => guild?.members?.find((each) => each.user.id === state.me?.id) ?? null;
const isText = (channel) => ![2, 4, 13, 14, 16].includes(channel.type);
const iconOf = (channel) => ({ 1: "person", [FORUM]: "forum" })[channel?.type] ?? "hash";

function world() {
  const guild = about.guild;
  return { commands: state.commands[guild?.id ?? state.channel] ?? [], members: guild?.members ?? [], roles: guild?.roles ?? [], channels: guild?.channels ?? [] };
}

function wantedChannel() {
  const asked = location.hash.slice(1);
  if (about.channels.has(asked)) return asked;
  if (about.channels.has(state.channel)) return state.channel;
  return state.guilds.flatMap((guild) => guild.channels ?? []).find(isText)?.id ?? null;
}

function showPlaces() {
  const section = (title, channels) => h("section", { class: "guild" }, h("h2", {}, title), h("ul", {}, channels.map(placeNode)));
  const sections = state.guilds.map((guild) => section(guild.name, guild.channels ?? []));
  const direct = state.direct;
  if (direct.length) sections.push(section("Direct messages", direct));
  if (!sections.length) sections.push(h("p", { class: "nothing" }, "There are no servers here yet."));
  $("#places").replaceChildren(...sections);
  showUnread();
}

function placeNode(channel) {
  if (channel.type === 4) return h("li", { class: "category" }, channel.name);
  if (!isText(channel)) return null;
  return h("li", {}, h("a", { class: "place", href: `#${channel.id}`, data: { channel: channel.id } },
    icon(iconOf(channel)), h("span", { class: "place-name" }, channel.name), h("span", { class: "unread" })));
}

function showUnread() {
  let mentions = 0;
  for (const node of document.querySelectorAll(".place")) {
    const count = state.unread.get(node.dataset.channel);
    const mark = node.querySelector(".unread");
    node.setAttribute("aria-current", node.dataset.channel === state.channel ? "page" : "false");
    node.classList.toggle("has-unread", Boolean(count));
    mark.classList.toggle("mentions", Boolean(count?.mentions));
    mark.textContent = count?.mentions ? String(count.mentions) : "";
    mark.title = count ? `${count.messages} unread${count.mentions ? `, ${count.mentions} for you` : ""}` : "";
    mark.toggleAttribute("hidden", !count);
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", mark.title);
    mentions += count?.mentions ?? 0;
  }
  const name = about.channels.get(state.channel)?.name;
  document.title = `${mentions ? `(${mentions}) ` : ""}${name ? `#${name} · ` : ""}Sandbox`;
  $("#menu").classList.toggle("has-unread", state.unread.size > 0);
}

async function showChannel(id) {
  state.channel = id;
  showTyping("");
  state.unread.delete(id);
  showUnread();
  showHead();
  administration.show(about.guild);
  if (!id) return log.reset([], false);
  await loadNewest(id);
}

function showHead() {
  const channel = about.channels.get(state.channel);
  const direct = channel?.type === 1;
  const forum = channel?.type === FORUM;
  const topic = forum ? "A forum: no messages can be posted here" : channel?.topic ?? "";
  $("#channel-name").replaceChildren(icon(iconOf(channel)), channel?.name ?? "no channel");
  $("#channel-topic").textContent = topic;
  $("#channel-topic").title = topic;
  $("#start-title").textContent = direct ? `Your conversation with ${channel.name}` : `Welcome to #${channel?.name ?? ""}`;
  $("#empty-title").textContent = `It is quiet in ${direct ? "here" : `#${channel?.name ?? ""}`}`;
  $("#composer").hidden = !channel || forum;
}

async function loadNewest(id) {
  const arrivals = (state.arrivals = []);
  $("#scroller").setAttribute("aria-busy", "true");
  try {
    const messages = await get("/page/messages", { channel: id, as: state.me.id, limit: PAGE_SIZE });
    if (state.arrivals !== arrivals) return;
    const own = [...state.own.values()].filter((each) => each.channel_id === id && !messages.some((other) => other.id === each.id));
    log.reset([...messages, ...own].filter((each) => !state.gone.has(each.id)).sort(byId), messages.length >= PAGE_SIZE);
    $("#load-trouble").textContent = "";
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (state.arrivals !== arrivals) return;
    log.reset([], false);
    $("#load-trouble").textContent = error.message;
  } finally {
    if (state.arrivals === arrivals) {
      state.arrivals = null;
      $("#scroller").removeAttribute("aria-busy");
      arrivals.forEach(apply);
    }
  }
}

/** Ids grow with time, and are too long for a JavaScript number. */
const byId = (a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : Number(a.id > b.id));

async function older(before) {
  const messages = await get("/page/messages", { channel: state.channel, as: state.me.id, before, limit: PAGE_SIZE });
  return { messages: messages.filter((each) => !state.gone.has(each.id)), more: messages.length >= PAGE_SIZE };
}

// --- who acts

function showPeople() {
  const guild = state.guilds[0];
  const options = state.users.filter((user) => !user.bot).map((user) => {
    const held = guild?.members?.find((each) => each.user.id === user.id)?.roles ?? [];
    const roles = held.map((id) => about.roles.get(id)?.name).filter((name) => name && name !== "@everyone");
    return { label: nameOf(user), value: user.id, description: roles.join(", ") || "no roles", default: user.id === state.me.id };
  });
  const made = picker({ options, label: `Acting as ${nameOf(state.me)}`, onchange: ([id]) => link.open(id) });
  made.button.prepend(avatar(state.me), h("span", { class: "acting" }, "Acting as"));
  const held = $("#acting").contains(document.activeElement);
  $("#acting").replaceChildren(made.node);
  if (held) made.button.focus();
}

/** So that a reload, a bookmark or a second window acts as the same person. */
function keepInAddress(id) {
  const url = new URL(location.href);
  if (url.searchParams.get("as") === id) return;
  url.searchParams.set("as", id);
  history.replaceState(null, "", url);
}

function dismiss(message) {
  state.gone.add(message.id);
  state.own.delete(message.id);
  log.remove(message.id);
}

addEventListener("hashchange", () => about.channels.has(location.hash.slice(1)) && showChannel(location.hash.slice(1)));
frame(composer);
link.open(new URLSearchParams(location.search).get("as"));
