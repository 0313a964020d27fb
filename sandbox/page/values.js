// Turns what a person typed into what Discord sends. No DOM here.
// https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-option-type

export const KIND = { SUB: 1, GROUP: 2, STRING: 3, INTEGER: 4, BOOLEAN: 5, USER: 6, CHANNEL: 7, ROLE: 8, MENTIONABLE: 9, NUMBER: 10, FILE: 11 };

const KIND_NAMES = { 3: "text", 4: "a whole number", 5: "true or false", 6: "a person", 7: "a channel", 8: "a role", 9: "a person or a role", 10: "a number", 11: "a file" };

export const kindName = (option) => (option.choices?.length ? "one of the choices" : KIND_NAMES[option.type] ?? "text");

/** The commands that can be sent, each subcommand on its own: [{command, path, title, description, options}]. */
export function leaves(commands) {
  const found = [];
  const walk = (command, node, path) => {
    const inner = (node.options ?? []).filter((each) => each.type === KIND.SUB || each.type === KIND.GROUP);
    for (const each of inner) walk(command, each, [...path, each]);
    if (inner.length) return;
    const options = [...(node.options ?? [])].sort((a, b) => Number(Boolean(b.required)) - Number(Boolean(a.required)));
    const title = path.map((each) => each.name).join(" ");
    found.push({ command, path, title, description: node.description, options });
  };
  for (const command of commands) if ((command.type ?? 1) === 1) walk(command, command, [command]);
  return found;
}

/** Best first: the text begins the name, begins a word of it, is in the name, is in the description. */
export function rank(all, typed) {
  const query = typed.trim().toLowerCase();
  const score = ({ title, description }) => {
    const name = title.toLowerCase();
    if (name.startsWith(query)) return 0;
    if (name.split(/[\s_-]+/).some((word) => word.startsWith(query))) return 1;
    if (name.includes(query)) return 2;
    return query.length > 2 && (description ?? "").toLowerCase().includes(query) ? 3 : null;
  };
  const scored = all.map((leaf) => [score(leaf), leaf]).filter(([points]) => points !== null);
  return scored.sort((a, b) => a[0] - b[0] || a[1].title.localeCompare(b[1].title)).map(([, leaf]) => leaf);
}

/** What the person may choose for this option from `world`, or null where there is no list. */
export function fixedList(option, world) {
  if (option.choices?.length) return option.choices.map((each) => ({ label: String(each.name), value: each.value }));
  const people = () => world.members.map(({ user }) => ({ label: user.global_name || user.username, hint: `@${user.username}`, value: user.id }));
  const roles = () => world.roles.map((role) => ({ label: `@${role.name}`, value: role.id, color: role.color }));
  switch (option.type) {
    case KIND.BOOLEAN: return [{ label: "True", value: true }, { label: "False", value: false }];
    case KIND.USER: return people();
    case KIND.ROLE: return roles();
    case KIND.MENTIONABLE: return [...people(), ...roles()];
    case KIND.CHANNEL: return world.channels
      .filter((each) => !option.channel_types?.length || option.channel_types.includes(each.type))
      .map((each) => ({ label: `#${each.name}`, hint: each.topic ?? "", value: each.id }));
    default: return null;
  }
}

export function narrowed(list, typed) {
  const query = bare(typed);
  const hits = list.filter((each) => bare(each.label).includes(query) || bare(each.hint ?? "").startsWith(query));
  return hits.sort((a, b) => Number(bare(b.label).startsWith(query)) - Number(bare(a.label).startsWith(query)));
}

const bare = (text) => text.trim().toLowerCase().replace(/^[@#]/, "");

/** `{value}`, `{}` for an option left out, or `{error}` with a text for the person. */
export function checked(option, text, picked, world) {
  if (picked) return { value: picked.value };
  if (!text.trim()) return option.required ? { error: `${option.name} is still missing.` } : {};
  const list = fixedList(option, world);
  if (list) {
    const exact = list.find((each) => bare(each.label) === bare(text) || bare(each.hint ?? "") === bare(text));
    return exact ? { value: exact.value } : { error: `${option.name}: “${text.trim()}” is not ${kindName(option)}. Pick one that is shown.` };
  }
  if (option.type === KIND.INTEGER || option.type === KIND.NUMBER) return checkedNumber(option, text.trim());
  return checkedText(option, text);
}

function checkedNumber(option, text) {
  const whole = option.type === KIND.INTEGER;
  if (!(whole ? /^[-+]?\d+$/ : /^[-+]?(\d+\.?\d*|\.\d+)$/).test(text)) return { error: `${option.name} must be ${kindName(option)}, like ${whole ? "7" : "7.5"}.` };
  const value = Number(text);
  if (option.min_value !== undefined && value < option.min_value) return { error: `${option.name} must be ${option.min_value} or more.` };
  if (option.max_value !== undefined && value > option.max_value) return { error: `${option.name} must be ${option.max_value} or less.` };
  return { value };
}

function checkedText(option, text) {
  const length = [...text].length;
  if (option.min_length && length < option.min_length) return { error: `${option.name} needs at least ${option.min_length} characters; this has ${length}.` };
  if (option.max_length && length > option.max_length) return { error: `${option.name} may have at most ${option.max_length} characters; this has ${length}.` };
  return { value: text };
}

/** The interaction data of a command: options nested under its group and subcommand. */
export function commandData(leaf, given) {
  let options = given;
  for (const node of [...leaf.path.slice(1)].reverse()) options = [{ type: node.type, name: node.name, options }];
  const { id, name, application } = leaf.command;
  return { id, name, type: 1, options, ...(application ? { application_id: application.id } : {}) };
}

/** Text pasted after a command's name, `jurisdiction:Chicago, Illinois days:7`, as {name: text}; the rest goes to the first. */
export function pasted(leaf, text) {
  const names = leaf.options.map((each) => each.name);
  const values = {};
  const marks = [...text.matchAll(/(?:^|\s)([\w-]+):\s?/g)].filter((each) => names.includes(each[1]));
  const lead = text.slice(0, marks[0]?.index ?? text.length).trim();
  if (lead && names.length) values[names[0]] = lead;
  marks.forEach((mark, at) => {
    values[mark[1]] = text.slice(mark.index + mark[0].length, marks[at + 1]?.index ?? text.length).trim();
  });
  return values;
}
