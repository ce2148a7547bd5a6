// A searchable menu, for one choice or several.

import { h, unique } from "./dom.js";
import { closePopover, openPopover } from "./popover.js";
import { plain } from "./mrkdwn.js";

/** `options`: [{ value, text, note, group }], or `search(typed)`, which returns a promise of them.
 *  `least`: letters needed before searching; `most`: maximum number of choices if `many`. `chosen`: the initial values. `onchange` gets the value, or all values if `many`. */
export function combobox({ label, placeholder, options = [], search, chosen = [], many, least = 0, most, onchange, id, key }) {
  const list = unique("list");
  let picked = chosen.map((value) => options.find((each) => each.value === value) ?? { value, text: value });
  let offered = [];
  let active = -1;
  let asked = 0; // number of the latest request; answers to older ones are ignored

  const input = h("input", {
    ...{ type: "text", role: "combobox", autocomplete: "off", "aria-expanded": "false", "aria-controls": list },
    ...{ "aria-autocomplete": "list", "aria-label": label, placeholder, id, "data-key": key },
    oninput: () => show(input.value),
    onfocus: () => input.select(),
    onclick: () => show(""),
    onblur: () => hide(),
    onkeydown: pressed,
  });
  const menu = h("ul", { role: "listbox", id: list, popover: "manual", "aria-label": label });
  const chips = h("span", { class: "chips" });
  const box = h("div", { class: many ? "pick many" : "pick" }, chips, input, menu);
  settle();
  return box;

  function settle() {
    if (many) {
      chips.replaceChildren(...picked.map((each) => h("button", { type: "button", class: "chip", onclick: () => drop(each), "aria-label": `Take ${each.text} away` }, plain(each.text), " ×")));
      input.value = "";
    } else input.value = picked[0]?.text ?? "";
  }

  async function show(typed) {
    asked += 1;
    const mine = asked;
    const all = search ? await found(typed) : options.filter((each) => `${each.text} ${each.note ?? ""}`.toLowerCase().includes(typed.trim().toLowerCase()));
    if (mine !== asked) return; // a newer request was made
    offered = all.filter((each) => !many || !picked.some((one) => one.value === each.value));
    active = offered.findIndex((each) => each.value === picked[0]?.value);
    menu.replaceChildren(...(offered.length ? rows() : [h("li", { class: "group" }, nothing(typed))]));
    openPopover(menu, box, { wide: true });
    input.setAttribute("aria-expanded", "true");
    mark();
  }

  async function found(typed) {
    return typed.length < least ? [] : search(typed);
  }

  function nothing(typed) {
    if (many && picked.length >= (most ?? Infinity)) return `no more than ${most}`;
    return search && typed.length < least ? `type ${least} letters or more` : "nothing fits";
  }

  function rows() {
    let group;
    return offered.flatMap((each, index) => {
      const heading = each.group && each.group !== group && h("li", { class: "group", role: "presentation" }, (group = each.group));
      const row = h("li", { role: "option", id: `${list}-${index}`, "aria-selected": "false", onpointerdown: (event) => take(event, index) }, h("span", {}, plain(each.text)), each.note && h("small", {}, plain(each.note)));
      return heading ? [heading, row] : [row];
    });
  }

  function hide() {
    asked += 1;
    closePopover(menu);
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    settle();
  }

  function mark() {
    for (const row of menu.querySelectorAll("[role=option]")) row.setAttribute("aria-selected", String(row.id === `${list}-${active}`));
    const row = document.getElementById(`${list}-${active}`);
    if (!row) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }

  function take(event, index) {
    event.preventDefault();
    choose(offered[index]);
  }

  function choose(option) {
    if (!option || (many && picked.length >= (most ?? Infinity))) return;
    picked = many ? [...picked, option] : [option];
    hide();
    tell();
  }

  function drop(option) {
    picked = picked.filter((each) => each !== option);
    settle();
    input.focus();
    tell();
  }

  function tell() {
    onchange(many ? picked.map((each) => each.value) : picked[0]?.value);
  }

  function pressed(event) {
    const open = menu.matches(":popover-open");
    if (event.key === "Escape" && open) hide();
    else if (event.key === "Enter" && open) choose(offered[Math.max(active, 0)]);
    else if (event.key === "Enter") show("");
    else if (event.key === "Backspace" && many && !input.value && picked.length) drop(picked.at(-1));
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!open) show("");
      else if (offered.length) active = (active + (event.key === "ArrowDown" ? 1 : offered.length - 1 + (active < 0))) % offered.length;
      mark();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
