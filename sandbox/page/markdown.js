// Discord's markdown as nodes. `about` says what mentions mean: {people, roles, channels, now, pings, me}.
// https://docs.discord.com/developers/reference#message-formatting

import { h, icon, link, nameOf, safeUrl } from "./dom.js";
import { full, stampText } from "./times.js";

const FENCE = /```(?:([\w+.#-]*)\n)?([\s\S]*?)```/y;
const HEADING = /^(#{1,3})\s+(\S.*)$/;
const SUBTEXT = /^-#\s+(\S.*)$/;
const ITEM = /^( *)([-*]|\d{1,9}\.)\s+(\S.*)$/;
const QUOTE = /^> ?(.*)$/;
const REST_QUOTE = /^>>> ?/;

export function markdown(text, about) {
  return h("div", { class: "markdown" }, blocks(String(text ?? "").replace(/\r\n?/g, "\n"), about));
}

function blocks(text, about, quoted = false) {
  const found = [];
  let at = 0;
  let gap = false;
  const add = (node) => {
    if (gap && found.length) node.classList.add("gap");
    gap = false;
    found.push(node);
  };
  while (at < text.length) {
    const end = lineEnd(text, at);
    const line = text.slice(at, end);
    FENCE.lastIndex = at;
    const fence = FENCE.exec(text);
    if (fence) {
      add(codeBlock(fence[2], fence[1]));
      at += fence[0].length;
      if (text[at] === "\n") at += 1;
    } else if (!line.trim()) {
      gap = true;
      at = end + 1;
    } else if (!quoted && REST_QUOTE.test(line)) {
      add(h("blockquote", {}, blocks(text.slice(at).replace(REST_QUOTE, ""), about, true)));
      at = text.length;
    } else {
      const [node, next] = lineBlock(text, at, line, about, quoted);
      add(node);
      at = next;
    }
  }
  return found;
}

function lineBlock(text, at, line, about, quoted) {
  const next = lineEnd(text, at) + 1;
  const heading = HEADING.exec(line);
  if (heading) return [h(`h${heading[1].length + 2}`, { class: `size-${heading[1].length}` }, inline(heading[2], about)), next];
  const subtext = SUBTEXT.exec(line);
  if (subtext) return [h("p", { class: "subtext" }, inline(subtext[1], about)), next];
  if (!quoted && QUOTE.test(line)) {
    const [lines, after] = takeLines(text, at, (each) => QUOTE.test(each));
    const inner = lines.map((each) => QUOTE.exec(each)[1]).join("\n");
    return [h("blockquote", {}, blocks(inner, about, true)), after];
  }
  if (ITEM.test(line)) {
    const [lines, after] = takeLines(text, at, (each) => ITEM.test(each) || /^\s{2,}\S/.test(each));
    return [list(lines, about), after];
  }
  return paragraph(text, at, about, quoted);
}

function paragraph(text, start, about, quoted) {
  let at = start;
  do {
    let end = lineEnd(text, at);
    const open = text.slice(at, end).indexOf("```");
    if (open >= 0) {
      // A fence that opens in the middle of a line includes the lines up to its end.
      const close = text.indexOf("```", at + open + 3);
      if (close >= 0) end = lineEnd(text, close);
    }
    at = end + 1;
  } while (at < text.length && isPlain(text.slice(at, lineEnd(text, at)), quoted));
  return [h("p", {}, inline(text.slice(start, Math.min(at - 1, text.length)), about)), at];
}

const isPlain = (line, quoted) =>
  line.trim() !== "" && !HEADING.test(line) && !SUBTEXT.test(line) && !ITEM.test(line) && !line.startsWith("```") &&
  (quoted || !QUOTE.test(line));

const lineEnd = (text, at) => {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
};

function takeLines(text, start, wanted) {
  const lines = [];
  let at = start;
  while (at < text.length) {
    const end = lineEnd(text, at);
    const line = text.slice(at, end);
    if (!wanted(line)) break;
    lines.push(line);
    at = end + 1;
  }
  return [lines, at];
}

/** Nested by indentation: a deeper item belongs to the one above it; an indented line without a mark continues it. */
function list(lines, about) {
  const stack = [];
  for (const line of lines) {
    const item = ITEM.exec(line);
    if (!item) {
      stack.at(-1).last.append("\n", ...inline(line.trim(), about));
      continue;
    }
    const depth = item[1].length;
    while (stack.length > 1 && depth < stack.at(-1).depth) stack.pop();
    if (!stack.length || depth > stack.at(-1).depth) {
      const numbered = /\d/.test(item[2]);
      const node = numbered ? h("ol", { start: parseInt(item[2], 10) }) : h("ul");
      stack.at(-1)?.last.append(node);
      stack.push({ depth, node });
    }
    const top = stack.at(-1);
    top.last = h("li", {}, inline(item[3], about));
    top.node.append(top.last);
  }
  return stack[0].node;
}

const codeBlock = (text, language) =>
  h("pre", { tabindex: "0", "aria-label": language ? `${language} code` : "code" }, h("code", {}, text.replace(/^\n+|\n+$/g, "")));

// Tried in this order at every place; each is [pattern, (match, about) => node or text, or null if it does not apply].
const RULES = [
  [/\\([^0-9A-Za-z\s])/y, (m) => m[1]],
  [FENCE, (m) => codeBlock(m[2], m[1])],
  [/(`+)([\s\S]*?[^`])\1(?!`)/y, (m) => h("code", {}, m[2].replace(/^ (?=.*\S.*)([\s\S]*) $/, "$1"))],
  [/\[((?:\[[^\]]*\]|[^[\]]|\](?=[^[]*\]))+)\]\(\s*<?([^\s<>()]*(?:\([^\s()]*\)[^\s<>()]*)*)>?(?:\s+"[^"]*")?\s*\)/y, masked],
  [/<(https?:\/\/[^\s<>]+)>/y, (m) => link(m[1], m[1])],
  [/https?:\/\/[^\s<]+[^\s<.,:;"'\]!?*_~|]/y, bareLink],
  [/<t:(-?\d{1,13})(?::([tTdDfFsSR]))?>/y, stamp],
  [/<@!?(\d+)>/y, (m, about) => mention("@", nameOf(about.people.get(m[1]) ?? { username: "unknown person" }), about.pings.users.has(m[1]))],
  [/<@&(\d+)>/y, roleMention],
  [/<#(\d+)>/y, channelMention],
  [/<\/([^:>]+):\d+>/y, (m) => h("span", { class: "mention" }, `/${m[1]}`)],
  [/<a?:(\w+):\d+>/y, (m) => h("span", { class: "emoji" }, `:${m[1]}:`)],
  [/@(everyone|here)\b/y, (m, about) => (about.pings.everyone ? mention("@", m[1], true) : m[0])],
  [/\|\|((?:\\[\s\S]|[^\\])+?)\|\|/y, (m, about) => spoiler(inline(m[1], about))],
  [/\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/y, wrapIn("strong")],
  [/__((?:\\[\s\S]|[^\\])+?)__(?!_)/y, wrapIn("u")],
  [/~~((?:\\[\s\S]|[^\\])+?)~~/y, wrapIn("s")],
  [/\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)/y, wrapIn("em")],
  [/_((?:__|\\[\s\S]|[^\\_])+?)_(?![A-Za-z0-9_])/y, wrapIn("em")],
];
const SPECIAL = /[\\`[<@|*_~h]/g;

function wrapIn(tag) {
  return (m, about) => h(tag, {}, inline(m[1], about));
}

export function inline(text, about) {
  const nodes = [];
  let plain = "";
  let at = 0;
  const flush = () => {
    if (plain) nodes.push(plain);
    plain = "";
  };
  while (at < text.length) {
    SPECIAL.lastIndex = at;
    const jump = SPECIAL.exec(text)?.index ?? text.length;
    plain += text.slice(at, jump);
    at = jump;
    if (at >= text.length) break;
    const [node, length] = matchAt(text, at, about) ?? [text[at], 1];
    at += length;
    if (typeof node === "string") plain += node;
    else {
      flush();
      nodes.push(node);
    }
  }
  flush();
  return nodes;
}

function matchAt(text, at, about) {
  // snake_case is a word, not emphasis: an underscore opens only where no word is running.
  const inWord = text[at] === "_" && at > 0 && /[A-Za-z0-9]/.test(text[at - 1]);
  if (inWord && text[at + 1] !== "_") return null;
  for (const [pattern, make] of RULES) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) continue;
    const node = make(match, about);
    if (node !== null) return [node, node.taken ?? match[0].length];
  }
  return null;
}

function masked(m, about) {
  if (!/^https?:/i.test(m[2]) || !safeUrl(m[2])) return null;
  return link(m[2], inline(m[1], about));
}

function bareLink(m) {
  let address = m[0];
  // "(see https://example.org/a)" ends before the bracket; "https://example.org/a_(b)" keeps it.
  while (address.endsWith(")") && address.split("(").length < address.split(")").length) address = address.slice(0, -1);
  const node = link(address, address);
  node.taken = address.length;
  return node;
}

function stamp(m, about) {
  const ms = Number(m[1]) * 1000;
  if (Number.isNaN(new Date(ms).getTime())) return null;
  const style = m[2] ?? "f";
  const props = { class: "stamp", datetime: new Date(ms).toISOString(), title: full(ms) };
  if (style === "R") props.data = { relative: String(ms) };
  return h("time", props, stampText(ms, style, about.now()));
}

const mention = (sign, name, pings, props = {}) =>
  h("span", { ...props, class: pings ? "mention pings" : "mention" }, sign + name);

function roleMention(m, about) {
  const role = about.roles.get(m[1]);
  const props = role?.color ? { style: { "--role": colorOf(role.color) } } : {};
  return mention("@", role?.name ?? "unknown role", about.pings.roles.has(m[1]), props);
}

function channelMention(m, about) {
  const channel = about.channels.get(m[1]);
  if (!channel) return mention("#", "unknown channel", false);
  return h("a", { class: "mention", href: `#${channel.id}` }, icon("hash"), channel.name);
}

export const colorOf = (number) => `#${Number(number).toString(16).padStart(6, "0")}`;

export function spoiler(children) {
  const node = h("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Spoiler, press to show" });
  const inner = h("span", { "aria-hidden": true }, children);
  const show = (event) => {
    if (node.classList.contains("shown") || (event.type === "keydown" && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    node.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
    inner.removeAttribute("aria-hidden");
  };
  node.append(inner);
  node.addEventListener("click", show);
  node.addEventListener("keydown", show);
  return node;
}
