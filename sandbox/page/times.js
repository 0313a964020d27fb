// How moments are written. As on Discord, every time is in the reader's own time zone.

const formats = new Map();

function format(options, locale = "en-GB") {
  const key = locale + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, options));
  return formats.get(key);
}

export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const SECONDS = { ...TIME, second: "2-digit" };
const NUMBERS = { year: "numeric", month: "2-digit", day: "2-digit" };
const DAY = { year: "numeric", month: "long", day: "numeric" };

// Months in words are unambiguous anywhere; a date of numbers only is written the way the reader's browser writes it.
const own = () => navigator.language || "en-GB";

export const time = (ms) => format(TIME).format(ms);
export const day = (ms) => format(DAY).format(ms);
export const weekday = (ms) => format({ weekday: "long" }).format(ms);
export const longDay = (ms) => `${weekday(ms)}, ${day(ms)}`;
export const full = (ms) => `${longDay(ms)} at ${time(ms)}`;
export const dayKey = (ms) => format(NUMBERS).format(ms);
export const shortWeekday = (ms) => format({ weekday: "short" }).format(ms);

/** `YYYY-MM-DD` in the reader's zone, as a date field wants it. */
export function isoDay(ms) {
  const parts = Object.fromEntries(format(NUMBERS).formatToParts(ms).map((part) => [part.type, part.value]));
  return `${parts.year.padStart(4, "0")}-${parts.month}-${parts.day}`;
}

const UNITS = [["second", 1, 60], ["minute", 60, 60], ["hour", 3600, 24], ["day", 86400, 30], ["month", 2629800, 12]];
const relativeFormat = new Intl.RelativeTimeFormat("en-GB", { numeric: "always" });

export function relative(ms, now) {
  const seconds = (ms - now) / 1000;
  for (const [unit, size, limit] of UNITS) {
    const count = Math.round(seconds / size);
    // Rounded first, compared after: 59.7 minutes are "1 hour", never "60 minutes".
    if (Math.abs(count) < limit) return relativeFormat.format(count, unit);
  }
  return relativeFormat.format(Math.round(seconds / 31557600), "year");
}

/** https://docs.discord.com/developers/reference#message-formatting-timestamp-styles */
export function stampText(ms, style, now) {
  switch (style) {
    case "t": return time(ms);
    case "T": return format(SECONDS).format(ms);
    case "d": return format(NUMBERS, own()).format(ms);
    case "D": return day(ms);
    case "F": return `${longDay(ms)} ${time(ms)}`;
    case "s": return `${format(NUMBERS, own()).format(ms)}, ${time(ms)}`;
    case "S": return `${format(NUMBERS, own()).format(ms)}, ${format(SECONDS).format(ms)}`;
    case "R": return relative(ms, now);
    default: return `${day(ms)} ${time(ms)}`;
  }
}

/** Update every relative time under `root`; touches only those whose text changes. */
export function refreshRelative(root, now) {
  for (const node of root.querySelectorAll("time[data-relative]")) {
    const text = relative(Number(node.dataset.relative), now);
    if (node.textContent !== text) node.textContent = text;
  }
}
