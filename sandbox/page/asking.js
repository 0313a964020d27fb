// What a person asks of an application (commands, presses, forms, suggestions), and what becomes of it.

import { h, icon, nameOf } from "./dom.js";
import { openForm } from "./forms.js";
import { localNote, thinking } from "./message.js";
import { post, Refused } from "./net.js";

const NO_ANSWER = "The application did not respond";
const COMMAND = 2, COMPONENT = 3, AUTOCOMPLETE = 4, FORM = 5;

/** In words, once: what Discord would say, and what the sandbox knows beyond it. */
const failure = (reason) => (reason && reason !== NO_ANSWER ? `${NO_ANSWER}: ${reason}` : NO_ANSWER);

export class Asking {
  /** `where()` → {as, guild, channel}; `composer` is set once it exists, since it sends through here. */
  constructor({ where, about, log }) {
    Object.assign(this, { where, about, log });
    this.waiting = new Map();
    this.newest = null;
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
    const note = this.log.addLocal(localNote(app, thinking(nameOf(app))));
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

  /** A button was pressed (no values) or a menu chosen from; `node` shows that it is under way. */
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

  /** The server tells how an interaction went on after its first answer. */
  heard({ id, status, error }) {
    const waiting = this.waiting.get(id);
    if (!waiting || status === "waiting") return;
    this.waiting.delete(id);
    if (status === "failed") this.#failed(waiting.note, error, waiting.retry);
    else waiting.note.remove();
  }

  /** The answer has come as a message, so the line that said it was awaited goes. */
  settle(id) {
    this.waiting.get(id)?.note.remove();
    this.waiting.delete(id);
  }

  /** The answer stands in the list. */
  shown(id) {
    if (id && id === this.newest) this.log.showAnswer(id);
  }

  /** Who pressed a button far up sees the answer, which may come before or after this is known of it. */
  #leadTo(id) {
    this.newest = id;
    this.log.showAnswer(id);
  }

  /**
   * What comes out of any interaction: a form to fill, or nothing. Its message comes over the socket, in order with its
   * later edits; the copy in the answer may be older than what is shown by now, and is left alone.
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
    // The reader has gone to another channel, and the line with him; he is told where he is.
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
