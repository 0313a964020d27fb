// The sandbox's clock: the time there, the bar that controls it, and the progress of a jump.

import { h, icon, plural } from "./dom.js";
import { isoDay, shortWeekday, day, time, ZONE } from "./times.js";

const HOUR = 3600;
const SPEEDS = [[HOUR, "1 h/s", "one hour a second"], [12 * HOUR, "12 h/s", "a day every two seconds"], [24 * HOUR, "1 day/s", "a day every second"], [72 * HOUR, "3 days/s", "three days a second"]];

/** Midnight in the reader's time zone: a bare date would be midnight in UTC, in New York still the day before. */
const startOf = (date) => new Date(`${date}T00:00`).toISOString();

export class Clock {
  /**
   * `command(do, value)` asks the server and answers the new state; `changed()` is called when the time shown moves,
   * `arrived()` when a jump is over.
   */
  constructor(bar, { command, changed, arrived }) {
    Object.assign(this, { bar, command, changed, arrived });
    this.state = { now: new Date().toISOString(), speed: 1, paused: false, controls: false, jump: null };
    this.held = 0;
    this.at = performance.now();
    this.#build();
    setInterval(() => this.#tick(), 250);
  }

  get jumping() {
    return Boolean(this.state.jump);
  }

  /** How many commands, button presses and forms of this person wait for the end of the jump. */
  setHeld(count) {
    this.held = count;
    this.#showJump();
  }

  set(state) {
    const wasJumping = this.jumping;
    this.state = { ...this.state, ...state };
    this.at = performance.now();
    this.base = Date.parse(this.state.now);
    this.#show();
    if (wasJumping && !this.jumping) this.arrived();
  }

  /** Milliseconds. A fast clock is shown as the server last sent it, never ahead of that: messages carry its time too. */
  now() {
    const { speed, paused } = this.state;
    if (this.base === undefined) return Date.now();
    if (paused || speed > 60) return this.base;
    return this.base + (performance.now() - this.at) * speed;
  }

  #build() {
    this.weekday = h("span", { class: "clock-weekday" });
    this.date = h("span", { class: "clock-day" });
    this.hour = h("span", { class: "clock-hour" });
    this.sweep = h("i");
    this.play = h("button", { type: "button", class: "round", onclick: () => this.#do(this.state.paused && !this.jumping ? "play" : "pause") });
    this.speeds = h("fieldset", { class: "speeds" }, h("legend", { class: "sr" }, "Speed"));
    this.step = h("button", { type: "button", class: "button secondary small", title: "Go on by one day", "aria-label": "Step a day", onclick: () => this.#do("step", 1) }, icon("step"), h("span", {}, "1 day"));
    this.jumpTo = h("input", { type: "date", "aria-label": "Date to jump to" });
    this.jump = h("form", { class: "jump", onsubmit: (event) => (event.preventDefault(), this.jumpTo.value && this.#do("jump", startOf(this.jumpTo.value))) },
      this.jumpTo, h("button", { class: "button secondary small" }, "Jump"));
    // On a phone the controls are folded away until asked for.
    const unfold = h("button", {
      type: "button", id: "clock-more", class: "icon-button", "aria-label": "More clock controls", "aria-expanded": false,
      onclick: () => unfold.setAttribute("aria-expanded", String(this.bar.classList.toggle("unfolded"))),
    }, icon("down"));
    this.trouble = h("p", { class: "clock-trouble", role: "alert" });
    this.controls = h("div", { class: "clock-controls" }, this.speeds, this.step, this.jump);
    this.jumpWords = h("span", { class: "jump-words" });
    this.jumpBar = h("progress", { max: "100", "aria-label": "Progress of the jump" });
    this.progress = h("div", { class: "jump-progress", hidden: true }, this.jumpWords, this.jumpBar,
      h("button", { type: "button", class: "button secondary small", onclick: () => this.#do("pause") }, "Stop here"));
    this.bar.append(
      h("div", { class: "clock-face" }, this.play,
        h("div", { class: "clock-words", role: "timer", "aria-label": "Time in the sandbox", title: `Shown in your time zone, ${ZONE}` },
          h("span", { class: "clock-date" }, this.weekday, " ", this.date, h("span", { class: "comma" }, ", "), this.hour), h("span", { class: "day-line", "aria-hidden": true }, this.sweep)), unfold),
      this.controls, this.progress, this.trouble);
  }

  async #do(what, value) {
    this.trouble.textContent = "";
    try {
      this.set(await this.command(what, value));
    } catch (error) {
      this.trouble.textContent = error.message;
      this.#show();
    }
  }

  #tick() {
    const { paused, speed } = this.state;
    if (!paused && speed <= 60) this.#face();
  }

  #show() {
    const { paused, speed, controls } = this.state;
    this.bar.hidden = !controls;
    this.bar.classList.toggle("running", !paused);
    const stands = paused && !this.jumping;
    if (this.shownStands !== stands) {
      this.shownStands = stands;
      this.play.replaceChildren(icon(stands ? "play" : "pause"));
      this.play.title = stands ? "Let time run" : "Pause time";
      this.play.setAttribute("aria-label", this.play.title);
    }
    this.#showJump();
    if (this.shownSpeed !== speed || !this.speeds.querySelector(":checked")) this.#showSpeeds(speed);
    this.#face();
  }

  /** A step of a day is over before anybody could read this, so it appears only after a moment. */
  #showJump() {
    const { jump, now } = this.state;
    this.controls.toggleAttribute("inert", Boolean(jump));
    if (!jump) {
      clearTimeout(this.jumpTimer);
      this.jumpTimer = null;
      this.progress.hidden = true;
      return;
    }
    this.jumpTimer ??= setTimeout(() => (this.progress.hidden = false), 250);
    const [from, to] = [Date.parse(jump.from), Date.parse(jump.to)];
    const part = Math.min(100, Math.floor((100 * (Date.parse(now) - from)) / (to - from)));
    const waiting = this.held ? `${plural(this.held, "request")} of yours ${this.held === 1 ? "waits" : "wait"} for the end of the jump.` : "Commands are answered after the jump.";
    this.jumpWords.replaceChildren(h("b", {}, `Jumping to ${day(to)}: ${part} %`), h("small", {}, "Every alert on the way is posted. ", waiting));
    this.jumpBar.value = part;
  }

  #showSpeeds(speed) {
    this.shownSpeed = speed;
    const known = SPEEDS.some(([value]) => value === speed);
    const all = known ? SPEEDS : [[speed, speed === 1 ? "real time" : `×${Math.round(speed)}`, `${speed} seconds a second`], ...SPEEDS];
    const held = this.speeds.contains(document.activeElement);
    this.speeds.replaceChildren(this.speeds.firstElementChild, ...all.map(([value, label, words]) => h("label", { title: words },
      h("input", { type: "radio", name: "speed", value: String(value), checked: value === speed, "aria-label": words, onchange: () => this.#do("speed", value) }), h("span", {}, label))));
    if (held) this.speeds.querySelector(":checked")?.focus();
  }

  #face() {
    const now = this.now();
    this.weekday.textContent = shortWeekday(now);
    this.date.textContent = day(now);
    this.hour.textContent = time(now);
    const midnight = new Date(now).setHours(0, 0, 0, 0);
    this.sweep.style.setProperty("--part", String((now - midnight) / 86400000));
    if (document.activeElement !== this.jumpTo && !this.jump.contains(document.activeElement)) this.jumpTo.value = isoDay(now);
    this.changed(now);
  }
}
