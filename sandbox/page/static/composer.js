// The message box, for messages and slash commands; ↑ recalls what was typed before.

import { h, unique } from "./dom.js";
import { act, me, state } from "./store.js";

const LEFT = 50; // lines in the history

/** `send(text)` returns a promise; its error is shown. */
export function composer({ label, send }) {
  const list = unique("hints");
  let offered = [];
  let active = -1;
  let back = 0;

  const entry = h("textarea", { rows: 1, "aria-label": label, placeholder: label, role: "combobox", "aria-expanded": "false", "aria-controls": list, "aria-autocomplete": "list", oninput: typed, onkeydown: pressed, onblur: () => offer([]) });
  const hints = h("ul", { id: list, role: "listbox", class: "hints", hidden: true, "aria-label": "Suggestions" });
  const trouble = h("div", { class: "error", role: "alert" });
  const form = h("form", { class: "composer", onsubmit: submit }, hints, trouble, entry, h("button", { class: "primary", "aria-label": "Send" }, "➤"));
  return { form, entry };

  function typed() {
    trouble.textContent = "";
    back = 0;
    grow();
    offer(completions(entry.value.slice(0, entry.selectionStart)));
  }

  function grow() {
    entry.style.height = "auto";
    entry.style.height = `${Math.min(entry.scrollHeight + 2, 240)}px`;
  }

  function offer(all) {
    offered = all;
    active = all.length ? 0 : -1;
    hints.replaceChildren(...all.map((each, index) => h("li", { role: "option", id: `${list}-${index}`, onpointerdown: (event) => (event.preventDefault(), complete(each)) }, h("b", {}, h("bdi", {}, each.shown)), each.note && h("small", {}, each.note))));
    hints.hidden = all.length === 0;
    entry.setAttribute("aria-expanded", String(all.length > 0));
    mark();
  }

  function mark() {
    [...hints.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === active)));
    if (active < 0) entry.removeAttribute("aria-activedescendant");
    else entry.setAttribute("aria-activedescendant", `${list}-${active}`);
  }

  function complete({ replaces, text }) {
    const at = entry.selectionStart;
    entry.setRangeText(text, at - replaces, at, "end");
    entry.focus();
    typed();
  }

  function pressed(event) {
    const { key } = event;
    if (offered.length && (key === "ArrowDown" || key === "ArrowUp")) active = (active + (key === "ArrowDown" ? 1 : offered.length - 1)) % offered.length;
    else if (offered.length && key === "Tab" && !event.shiftKey) complete(offered[active]);
    else if (key === "Enter" && !event.shiftKey && begun()) complete(offered[active]);
    else if (offered.length && key === "Escape") offer([]);
    else if (key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
    else if (key === "ArrowUp" && (entry.value === "" || back > 0)) recall(1);
    else if (key === "ArrowDown" && back > 0) recall(-1);
    else return;
    event.preventDefault();
    mark();
  }

  /** Whether a suggestion would complete the current word; then Enter completes it instead of sending. */
  function begun() {
    const { replaces, text } = offered[active] ?? {};
    return replaces > 0 && entry.value.slice(entry.selectionStart - replaces, entry.selectionStart) !== text.trim();
  }

  function recall(step) {
    const all = remembered();
    back = Math.max(0, Math.min(all.length, back + step));
    entry.value = back ? all[all.length - back] : "";
    grow();
  }

  async function submit(event) {
    event.preventDefault();
    const text = entry.value.trim();
    if (!text) return;
    offer([]);
    entry.value = "";
    back = 0;
    grow();
    try {
      await send(text);
      sessionStorage.setItem(memory(), JSON.stringify([...remembered(), text].slice(-LEFT)));
    } catch (problem) {
      trouble.textContent = problem.message;
      if (!entry.value) entry.value = text; // restore the text after a failure
      grow();
    }
  }
}

const memory = () => `typed:${me.name}`;
const remembered = () => JSON.parse(sessionStorage.getItem(memory()) ?? "[]");

/** Suggestions for the text before the cursor. */
function completions(before) {
  const command = /^(\/\S*)(?:\s+(.*))?$/s.exec(before);
  if (command && !before.includes("\n")) {
    const found = command[2] === undefined ? commands(command[1]) : verbs(command[1], command[2]);
    if (found.length) return found;
  }
  const name = /(?:^|\s)([@#])([\w-]*)$/.exec(before);
  return name ? names(name[1], name[2].toLowerCase()) : [];
}

function commands(word) {
  const all = state.workspace.commands.filter((each) => each.command.startsWith(word));
  return all.map((each) => ({ replaces: word.length, text: `${each.command} `, shown: each.command, note: each.description }));
}

/** The subcommands in the manifest's usage hint: `declare sev1 … | help`. */
function verbs(command, words) {
  const hint = state.workspace.commands.find((each) => each.command === command)?.usage_hint ?? "";
  const ways = hint.split("|").map((each) => each.trim()).filter(Boolean);
  return ways
    .filter((each) => each.startsWith(words) && each !== words)
    .map((each) => ({ replaces: words.length, text: `${each.split(" ")[0]} `, shown: `${command} ${each}` }))
    .filter((each) => each.text.trim() !== words.trim());
}

function names(sign, word) {
  const all = sign === "@" ? [...state.workspace.people.filter((each) => !each.deleted).map((each) => [each.name, each.real_name]), ["here", "everybody who is there"], ["channel", "everybody"]] : state.sidebar.filter((each) => each.kind !== "im").map((each) => [each.name, ""]);
  return all
    .filter(([name]) => name.toLowerCase().startsWith(word))
    .slice(0, 8)
    .map(([name, note]) => ({ replaces: word.length + 1, text: `${sign}${name} `, shown: `${sign}${name}`, note }));
}

/** Post it here as the current person. */
export const say = (channel, text, thread_ts) => act("type", { channel, text, thread_ts: thread_ts ?? undefined });
