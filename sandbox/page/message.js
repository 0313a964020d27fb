// One message as a list item.

import { attachments, embeds, renderAll } from "./components.js";
import { avatar, h, icon, nameOf } from "./dom.js";
import { markdown } from "./markdown.js";
import { full, time } from "./times.js";

export const EPHEMERAL = 64;
const LOADING = 128;
const COMPONENTS_V2 = 32768;

/** Who and what a message really pings; anything else that looks like a mention is only a name. */
function pingsOf(message) {
  return {
    users: new Set((message.mentions ?? []).map((each) => each.id)),
    roles: new Set(message.mention_roles ?? []),
    everyone: Boolean(message.mention_everyone),
  };
}

export function reaches(message, me, myRoles) {
  const pings = pingsOf(message);
  return pings.everyone || pings.users.has(me) || myRoles.some((role) => pings.roles.has(role));
}

export function renderMessage(message, about) {
  const at = Date.parse(message.timestamp);
  const row = h("li", { class: "message", data: { id: message.id, at: String(at), author: message.author?.id ?? "", asked: message.interaction_metadata?.id ?? "" } });
  if (message.flags & EPHEMERAL) row.classList.add("ephemeral");
  if (reaches(message, about.me.id, about.myRoles)) row.classList.add("reaches-me");
  const asked = used(message);
  if (asked) row.classList.add("starts");
  row.append(
    h("div", { class: "gutter" }, avatar(message.author), h("time", { class: "gutter-time", "aria-hidden": true }, time(at))),
    h("div", { class: "body" },
      asked,
      h("div", { class: "heading" },
        h("span", { class: "author" }, nameOf(message.author)),
        message.author?.bot && h("span", { class: "tag" }, "App"),
        h("time", { class: "when", datetime: message.timestamp, title: full(at) }, time(at))),
      content(message, about),
      message.edited_timestamp && !(message.flags & LOADING) &&
        h("span", { class: "edited", title: full(Date.parse(message.edited_timestamp)) }, "edited"),
      about.wasKept(message.interaction_metadata?.id) && h("p", { class: "kept" }, icon("check"), "Answered after the jump"),
      message.flags & EPHEMERAL ? onlyYou(message, about) : null,
      h("div", { class: "trouble", role: "alert" })));
  return row;
}

function used(message) {
  const meta = message.interaction_metadata;
  if (meta?.type !== 2) return null;
  return h("p", { class: "context" }, icon("slash"), h("b", {}, nameOf(meta.user)), " used ", h("span", { class: "mention" }, `/${meta.name}`));
}

function content(message, about) {
  if (message.flags & LOADING) return thinking(nameOf(message.author));
  const mine = { ...about, pings: pingsOf(message) };
  const parts = h("div", { class: "content" });
  if (message.content && !(message.flags & COMPONENTS_V2)) parts.append(markdown(message.content, mine));
  parts.append(...embeds(message, mine), ...attachments(message), ...renderAll(message.components, message, mine));
  if (!parts.childNodes.length) parts.append(h("p", { class: "subtext" }, "(an empty message)"));
  return parts;
}

export function thinking(name) {
  return h("p", { class: "thinking" }, h("span", { class: "dots", "aria-hidden": true }, h("i"), h("i"), h("i")), `${name} is thinking…`);
}

/** What waits while the clock jumps; the application receives it when the clock has arrived. */
export function held() {
  return h("p", { class: "thinking" }, h("span", { class: "dots", "aria-hidden": true }, h("i"), h("i"), h("i")), "The clock is jumping; this will be answered when it has arrived.");
}

function onlyYou(message, about) {
  return h("p", { class: "only-you" }, icon("eye"), "Only you can see this · ",
    h("button", { type: "button", class: "plain", onclick: () => about.dismiss(message) }, "Dismiss"));
}

/** A line of the page itself in the list, for this person alone: waiting for an answer, or that none came. */
export function localNote(app, line) {
  return h("li", { class: "message local starts", data: { author: "", at: "" } },
    h("div", { class: "gutter" }, avatar(app)), h("div", { class: "body" },
      h("div", { class: "heading" }, h("span", { class: "author" }, nameOf(app)), h("span", { class: "tag" }, "App")), line));
}
