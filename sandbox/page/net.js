// The connection to the server: one websocket for events, plain requests for what the person does.

const LONGEST = 8000;

export class Link {
  constructor({ onEvent, onState }) {
    Object.assign(this, { onEvent, onState });
    this.tries = 0;
  }

  /** Receive events as this person from now on, and no longer as anybody else. */
  open(as) {
    this.as = as;
    this.tries = 0;
    this.#connect();
  }

  #connect() {
    clearTimeout(this.timer);
    if (this.socket) this.socket.onclose = this.socket.onmessage = null;
    this.socket?.close();
    const url = new URL("/page/ws", location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    if (this.as) url.searchParams.set("as", this.as);
    const socket = new WebSocket(url);
    socket.onmessage = (event) => {
      this.tries = 0;
      this.onState("open");
      this.onEvent(JSON.parse(event.data));
    };
    socket.onclose = () => socket === this.socket && this.#again();
    this.socket = socket;
  }

  async #again() {
    this.onState("lost");
    if (await this.#unknownPerson()) this.as = null;
    const wait = Math.min(LONGEST, 500 * 2 ** this.tries) * (0.75 + Math.random() / 2);
    this.tries += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#connect(), wait);
  }

  /** A sandbox that was started anew may not know the person. A websocket cannot report that, a plain request can. */
  async #unknownPerson() {
    if (!this.as) return false;
    try {
      const response = await fetch(`/page/ws?${new URLSearchParams({ as: this.as })}`);
      return Boolean((await response.json()).error);
    } catch {
      return false;
    }
  }
}

/** A refusal of the server, with a text for the person. */
export class Refused extends Error {}

async function read(request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new Refused("The sandbox cannot be reached. Is it still running?");
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Refused(body?.error ?? `The sandbox answered ${response.status}.`);
  return body;
}

export const post = (path, body) =>
  read(fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));

/** Upload a file; answers Discord's attachment object. */
export function send(path, file) {
  const body = new FormData();
  body.append("file", file, file.name);
  return read(fetch(path, { method: "POST", body }));
}

export const get = (path, query) => read(fetch(`${path}?${new URLSearchParams(query)}`));
