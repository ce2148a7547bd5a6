// Menus: a button that opens a list of actions.

import { h } from "./dom.js";
import { closePopover, openPopover } from "./popover.js";

/** `items()` creates the list when the menu is opened; `key` preserves the focus when rendered again. */
export function menu(words, sign, items, { kind = "", key } = {}) {
  const list = h("div", { role: "menu", class: kind, popover: "manual", "aria-label": words, onclick: close });
  const button = h("summary", { "aria-label": words, title: words, "aria-haspopup": "menu", "data-key": key }, sign);
  const details = h("details", { class: "menu", ontoggle: opened, onkeydown: pressed, onfocusout: left }, button, list);
  return details;

  function opened() {
    details.closest("li")?.classList.toggle("open", details.open);
    if (!details.open) {
      closePopover(list);
      return list.replaceChildren();
    }
    const all = items();
    list.replaceChildren(...(all.length ? all : [h("span", { class: "group" }, "nothing here")]));
    openPopover(list, button);
    list.querySelector("button")?.focus();
  }

  function close() {
    details.open = false;
  }

  function left({ relatedTarget }) {
    if (!relatedTarget || !details.contains(relatedTarget)) close();
  }

  function pressed(event) {
    if (!details.open) return;
    const all = [...list.querySelectorAll("button")];
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step && all.length) all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    else if (event.key === "Home") all[0]?.focus();
    else if (event.key === "End") all.at(-1)?.focus();
    else if (event.key === "Escape") {
      close();
      button.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** A menu item. `name`: its accessible name. */
export const item = (words, onclick, name) => h("button", { type: "button", role: "menuitem", onclick, "aria-label": name }, words);
