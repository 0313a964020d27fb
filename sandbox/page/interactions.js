// What a person sends to an application (commands, button presses, forms, requests for suggestions), and the answers.
// https://docs.discord.com/developers/interactions/receiving-and-responding

import { h, icon, nameOf } from "./dom.js";
import { openForm } from "./forms.js";
import { held, localNote, thinking } from "./message.js";
import { post, Refused } from "./net.js";

const NO_ANSWER = "The application did not respond";
const COMMAND = 2, COMPONENT = 3, AUTOCOMPLETE = 4, FORM = 5;

/** What Discord would say, and what the sandbox knows beyond that. */
const failure = (reason) => (reason && reason !== NO_ANSWER ? `${NO_ANSWER}: ${reason}` : NO_ANSWER);

export class Interactions {
  /** `where()` → {as, guild, channel}; `composer` is set once it exists, since it sends through here. */
  constructor({ where, about, log }) {
    Object.assign(this, { where, about, log });
    // Lines that wait for the answer which was promised, by interaction.
    this.waiting = new Map();
    // Interactions that the sandbox kept back while its clock jumped, those of them that still wait, and their lines.
    this.kept = new Set();
    this.held = new Set();
    this.lines = new Set();
    this.newest = null;
  }

  /** Whether this interaction was answered only after a jump of the clock. */
  wasKept(id) {
    return this.kept.has(id);
  }

  /** The clock has arrived: what waited for it is now with the application. */
  arrived() {
    for (const { line, app } of this.lines) line.replaceWith(thinking(nameOf(app)));
    this.lines.clear();
  }

  #interact(type, data, more = {}) {
    return post("/page/interact", { ...this.where(), type, data, ...more });
  }

  async suggest(data) {
    const answer = await this.#interact(AUTOCOMPLETE, data);
    if (answer.status === "failed") throw new Refused("Suggestions are not available just now; what you type is sent as it is.");
    return answer.choices ?? [];
  }

  async command(leaf, data, kept) {
    const app = this.#appOf(leaf.command);
    const line = this.about.jumping() ? held() : thinking(nameOf(app));
    if (this.about.jumping()) this.lines.add({ line, app });
    const note = this.log.addLocal(localNote(app, line));
    const retry = () => {
      note.remove();
      this.composer.restore(kept);
    };
    try {
      const answer = await this.#interact(COMMAND, data);
      if (answer.status === "failed") return this.#failed(note, answer.error, retry);
      if (answer.status === "deferred" && !answer.message) this.waiting.set(answer.id, { note, retry });
      else note.remove();
      await this.#follow(answer, app);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      note.remove();
      if (this.composer.idle) this.composer.restore(kept, error.message);
      else this.composer.say(error.message);
    }
  }

  /** Press a button (no values) or choose from a menu; `node` is marked as busy until the answer comes. */
  async press(message, component, values, node) {
    const trouble = (text) => this.log.row(message.id)?.querySelector(".body > .trouble")?.replaceChildren(text);
    trouble("");
    node.setAttribute("aria-busy", "true");
    try {
      const data = { custom_id: component.custom_id, component_type: component.type, ...(values ? { values } : {}) };
      const answer = await this.#interact(COMPONENT, data, { message: message.id });
      node.removeAttribute("aria-busy");
      if (answer.status === "failed") return trouble(failure(answer.error));
      this.#leadTo(answer.id);
      await this.#follow(answer, message.author);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      trouble(error.message);
    } finally {
      node.removeAttribute("aria-busy");
    }
  }

  /** The server reports the status of an interaction. */
  update({ id, status, error }) {
    if (status === "held") this.kept.add(id), this.held.add(id);
    else this.held.delete(id);
    this.about.showHeld(this.held.size);
    const waiting = this.waiting.get(id);
    if (!waiting || status === "waiting" || status === "held") return;
    this.waiting.delete(id);
    if (status === "failed") this.#failed(waiting.note, error, waiting.retry);
    else waiting.note.remove();
  }

  /** The answer has come as a message, so the line that waits for it is removed. */
  settle(id) {
    this.waiting.get(id)?.note.remove();
    this.waiting.delete(id);
  }

  /** The answer is in the list now. */
  shown(id) {
    if (id && id === this.newest) this.log.showAnswer(id);
  }

  /** Scroll to the answer, since the button may be far up; the answer may come before or after this call. */
  #leadTo(id) {
    this.newest = id;
    this.log.showAnswer(id);
  }

  /**
   * Open the form, if that is the answer. A message comes over the socket, in order with its later edits; the copy in the
   * answer may be older than what is shown by now, so it is not used.
   */
  async #follow(answer, app) {
    if (!answer.modal) return;
    const submit = async (components) => {
      try {
        const after = await this.#interact(FORM, { custom_id: answer.modal.custom_id, components }, { from: answer.id });
        if (after.status === "failed") return `${failure(after.error)}. What you entered is still here.`;
        this.#leadTo(after.id);
        this.#follow(after, app);
        return null;
      } catch (error) {
        if (error instanceof Refused) return error.message;
        throw error;
      }
    };
    await openForm(answer.modal, { app, about: this.about, submit });
  }

  #failed(note, reason, retry) {
    // The person is in another channel now, and the line is gone: say it where they are.
    if (!note.row.isConnected) return this.composer.say(`${NO_ANSWER}.`);
    const plain = (words, onclick) => h("button", { type: "button", class: "plain", onclick }, words);
    note.row.querySelector(".thinking").remove();
    note.row.querySelector(".body").append(
      h("p", { class: "trouble", role: "alert" }, NO_ANSWER, reason && reason !== NO_ANSWER && h("small", {}, reason)),
      h("p", { class: "only-you" }, icon("eye"), "Only you can see this · ", plain("Edit and send again", retry), " · ", plain("Dismiss", note.remove)));
    this.log.toBottom();
  }

  #appOf({ application }) {
    return this.about.people.get(application?.id) ?? { id: application?.id, username: application?.name ?? "The application", bot: true };
  }
}
