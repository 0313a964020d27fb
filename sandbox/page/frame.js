// The frame around the conversation: light and dark, the drawer of channels on a phone, the slash as a shortcut.

import { icon } from "./dom.js";

const $ = (selector) => document.querySelector(selector);
const dark = matchMedia("(prefers-color-scheme: dark)");
const theme = () => document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");

export function frame(composer) {
  icons();
  themes();
  $("#menu").addEventListener("click", () => drawer(true));
  $("#close-menu").addEventListener("click", () => drawer(false));
  $("#shade").addEventListener("click", () => drawer(false));
  $("#places").addEventListener("click", (event) => event.target.closest(".place") && drawer(false));
  $("#try").addEventListener("click", () => composer.begin());
  $(".skip").addEventListener("click", (event) => {
    // Not through the address: its part after the # is the channel that is shown.
    event.preventDefault();
    $("#entry").focus();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.classList.contains("drawer-open")) drawer(false);
    const typing = event.target.closest?.("input, textarea, dialog, [aria-expanded=true][role=combobox]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    composer.begin();
  });
}

function icons() {
  $("#menu").replaceChildren(icon("menu"));
  $("#close-menu").replaceChildren(icon("close"));
  $("#send").replaceChildren(icon("send"));
  $("#pill").append(icon("arrow"));
}

function themes() {
  const saved = localStorage.getItem("theme");
  if (saved) document.documentElement.dataset.theme = saved;
  $("#theme").addEventListener("click", () => {
    document.documentElement.dataset.theme = theme() === "dark" ? "light" : "dark";
    localStorage.setItem("theme", theme());
    showTheme();
  });
  dark.addEventListener("change", showTheme);
  showTheme();
}

function showTheme() {
  const next = theme() === "dark" ? "light" : "dark";
  const words = `Switch to the ${next} theme`;
  $("#theme").replaceChildren(icon(next === "dark" ? "moon" : "sun"));
  $("#theme").setAttribute("aria-label", words);
  $("#theme").title = words;
}

function drawer(open) {
  const held = $("#side").contains(document.activeElement);
  document.body.classList.toggle("drawer-open", open);
  $("#menu").setAttribute("aria-expanded", String(open));
  $("#main").toggleAttribute("inert", open);
  if (open) ($("#places [aria-current=page]") ?? $("#close-menu")).focus();
  else if (held) $("#menu").focus();
}
