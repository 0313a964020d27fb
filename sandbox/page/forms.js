// A modal: the form that an application asks a person to fill in.
// https://docs.discord.com/developers/components/reference#label

import { h, icon, nameOf } from "./dom.js";
import { markdown } from "./markdown.js";
import { guildOptions, picker } from "./picker.js";

let serial = 0;

/**
 * Show the form until it is sent or cancelled. `submit(components)` answers null when all is well, else a text that
 * says what went wrong; the form then stays open with everything that was typed. Resolves when closed.
 */
export function openForm(modal, { app, about, submit }) {
  const parts = (modal.components ?? []).map((each) => part(each, about));
  const titleId = `form-${(serial += 1)}`;
  const trouble = h("p", { class: "form-trouble", role: "alert" });
  const send = h("button", { type: "submit", class: "button primary" }, h("span", {}, "Submit"));
  const dialog = h("dialog", { class: "form", "aria-labelledby": titleId },
    h("form", { method: "dialog", novalidate: true, onsubmit: onSubmit },
      h("header", {}, h("div", {}, h("p", { class: "form-app" }, app ? nameOf(app) : "Form"), h("h2", { id: titleId }, modal.title)),
        h("button", { type: "button", class: "icon-button", "aria-label": "Cancel and close", onclick: () => dialog.close() }, icon("close"))),
      h("div", { class: "form-body" }, parts.map((each) => each.node)),
      h("footer", {}, trouble, h("button", { type: "button", class: "button secondary", onclick: () => dialog.close() }, "Cancel"), send)));

  async function onSubmit(event) {
    event.preventDefault();
    if (send.getAttribute("aria-busy") === "true") return;
    trouble.textContent = "";
    const wrong = parts.filter((each) => each.check && !each.check());
    if (wrong.length) {
      wrong[0].focus();
      return;
    }
    send.setAttribute("aria-busy", "true");
    const error = await submit(parts.map((each) => each.data()));
    send.removeAttribute("aria-busy");
    if (error === null) dialog.close();
    else trouble.textContent = error;
  }

  const before = document.activeElement;
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      // Chromium gives the focus back but leaves the caret in the removed field, so that nothing can be typed: focus anew.
      before?.blur();
      before?.focus({ preventScroll: true });
      resolve();
    });
    document.body.append(dialog);
    dialog.showModal();
    // To the first field, not to the close button, which comes first.
    parts.find((each) => each.focus)?.focus();
  });
}

/** One piece of the form: {node, data(), check?(), focus?()}; `data` is what Discord's submit contains for it. */
function part(component, about) {
  const idOf = component.id === undefined ? {} : { id: component.id };
  if (component.type === 10) return { node: markdown(component.content, about), data: () => ({ type: 10, ...idOf, content: component.content }) };
  if (component.type === 1) {
    const inner = (component.components ?? []).map((each) => labelled(each, { label: each.label }, about));
    return {
      node: h("div", { class: "form-row" }, inner.map((each) => each.node)),
      data: () => ({ type: 1, ...idOf, components: inner.map((each) => each.data()) }),
      check: () => inner.map((each) => each.check()).every(Boolean),
      focus: () => (inner.find((each) => !each.sound()) ?? inner[0])?.focus(),
    };
  }
  if (component.type === 18) {
    const inner = labelled(component.component, component, about);
    return { ...inner, data: () => ({ type: 18, ...idOf, component: inner.data() }) };
  }
  return labelled(component, component, about);
}

function labelled(component, { label, description }, about) {
  const id = `field-${(serial += 1)}`;
  const make = CONTROLS[component.type] ?? unknown;
  const required = component.required ?? (component.type !== 23);
  const made = make(component, { id, required, label, about });
  const error = h("p", { class: "field-error", id: `${id}-error` });
  const describe = h("p", { class: "field-about", id: `${id}-about` }, description ?? "");
  made.control.setAttribute("aria-describedby", `${id}-about ${id}-error`);
  const node = h("div", { class: "form-field" },
    label && h("div", { class: "field-head" }, h("label", { for: id, id: `${id}-label` }, label, required && h("span", { class: "needed", title: "required" }, " *")), made.counter),
    description && describe, made.node, error);
  const check = () => {
    const words = made.problem(required);
    error.textContent = words ?? "";
    made.control.setAttribute("aria-invalid", String(Boolean(words)));
    return !words;
  };
  // A field with a mistake is checked again while it is being corrected, not before.
  node.addEventListener("input", () => error.textContent && check());
  const common = { type: component.type, custom_id: component.custom_id };
  if (component.id !== undefined) common.id = component.id;
  return { node, check, sound: () => !made.problem(required), focus: () => made.control.focus(), data: () => ({ ...common, ...made.data() }) };
}

const CONTROLS = { 3: selectControl, 4: textControl, 5: selectControl, 6: selectControl, 7: selectControl, 8: selectControl, 21: radioControl, 22: checksControl, 23: checkControl };

function textControl(component, { id, required }) {
  const least = component.min_length ?? 0;
  const most = component.max_length ?? 4000;
  const common = { id, placeholder: component.placeholder, value: component.value ?? "", "aria-required": required, autocomplete: "off" };
  const control = component.style === 2 ? h("textarea", { ...common, rows: "4" }) : h("input", { ...common, type: "text" });
  const counter = component.max_length || least ? h("span", { class: "counter" }) : null;
  const length = () => [...control.value].length;
  const count = () => {
    if (!counter) return;
    counter.textContent = length() < least ? `${length()} of at least ${least}` : `${length()} / ${most}`;
    counter.classList.toggle("over", length() > most);
  };
  control.addEventListener("input", count);
  count();
  return {
    node: control, control, counter, data: () => ({ value: control.value }),
    problem: (needed) => {
      if (!control.value.trim()) return needed ? "Please fill this in." : null;
      if (length() < least) return `At least ${least} characters, please.`;
      return length() > most ? `At most ${most} characters, please; this has ${length()}.` : null;
    },
  };
}

function selectControl(component, { id, required, label, about }) {
  const options = component.type === 3 ? component.options ?? [] : guildOptions(component.type, about.guild, component);
  const least = component.min_values ?? 1;
  const made = picker({
    id, options, placeholder: component.placeholder || "Choose", label: label ?? component.placeholder,
    min: required ? least : 0, max: component.max_values ?? 1, disabled: component.disabled,
    onchange: () => made.node.dispatchEvent(new Event("input", { bubbles: true })),
  });
  return {
    node: made.node, control: made.button, data: () => ({ values: made.values() }),
    problem: (needed) => {
      const count = made.values().length;
      if (!count) return needed && least > 0 ? "Please choose." : null;
      return count < least ? `Please choose at least ${least}.` : null;
    },
  };
}

function boxes(kind, component, { id, label }) {
  const inputs = (component.options ?? []).map((option, at) => h("input", { type: kind, name: id, value: option.value, id: at ? `${id}-${at}` : id, checked: option.default }));
  const node = h("div", { class: "boxes", role: kind === "radio" ? "radiogroup" : "group", "aria-label": label }, inputs.map((input, at) => h(
    "label", { class: "box" }, input, h("span", {}, component.options[at].label, component.options[at].description && h("small", {}, component.options[at].description)))));
  return { node, control: inputs[0] ?? node, picked: () => inputs.filter((each) => each.checked).map((each) => each.value) };
}

function radioControl(component, context) {
  const { node, control, picked } = boxes("radio", component, context);
  return { node, control, data: () => ({ value: picked()[0] ?? null }), problem: (needed) => (needed && !picked().length ? "Please choose." : null) };
}

function checksControl(component, context) {
  const { node, control, picked } = boxes("checkbox", component, context);
  const least = component.min_values ?? 1;
  const most = component.max_values ?? component.options?.length ?? 10;
  return {
    node, control, data: () => ({ values: picked() }),
    problem: (needed) => {
      if (!picked().length && !needed) return null;
      if (picked().length < least) return `Please tick at least ${least}.`;
      return picked().length > most ? `Please tick at most ${most}.` : null;
    },
  };
}

function checkControl(component, { id }) {
  const control = h("input", { type: "checkbox", id, checked: component.default });
  return { node: control, control, data: () => ({ value: control.checked }), problem: () => null };
}

function unknown(component, { id }) {
  const words = component.type === 19 ? "Files cannot be attached in the sandbox." : `The sandbox does not show components of type ${component.type}.`;
  const control = h("p", { class: "field-about", id, tabindex: "-1" }, words);
  return { node: control, control, data: () => ({ values: [] }), problem: (needed) => (needed ? words : null) };
}
