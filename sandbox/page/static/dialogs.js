// Modal dialogs: confirmations, prompts, and notices.

import { h } from "./dom.js";
import { mrkdwn, plain } from "./mrkdwn.js";

/** Show a Block Kit confirm dialog; returns whether the person confirmed. */
export function confirmed(confirm) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((answer) => {
    const danger = confirm.style === "danger" ? "danger" : "primary";
    const dialog = h(
      "dialog",
      { class: "confirm", "aria-label": confirm.title.text, onclose: () => done(dialog.returnValue === "yes") },
      h("h2", {}, plain(confirm.title.text)),
      h("p", {}, (confirm.text.type === "mrkdwn" ? mrkdwn : plain)(confirm.text.text)),
      h("form", { method: "dialog", class: "foot" }, h("button", { value: "no" }, plain(confirm.deny.text)), h("button", { value: "yes", class: danger }, plain(confirm.confirm.text))),
    );
    const done = (yes) => {
      dialog.remove();
      answer(yes);
    };
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** The `confirm` field of an action; it is only sent if the person confirmed. */
export const answered = (element) => (element.confirm ? { confirm: true } : {});

/** Ask for a line of text; null if cancelled. */
export function asked(title, label, value = "") {
  return new Promise((answer) => {
    const input = h("input", { type: "text", value, "aria-label": label, placeholder: label });
    const dialog = h(
      "dialog",
      { class: "confirm", "aria-label": title, onclose: () => done(dialog.returnValue === "yes" ? input.value.trim() : null) },
      h("form", { method: "dialog" }, h("h2", {}, title), input, h("div", { class: "foot" }, h("button", { value: "no", type: "button", onclick: () => dialog.close("no") }, "Cancel"), h("button", { value: "yes", class: "primary" }, "Ok"))),
    );
    const done = (what) => {
      dialog.remove();
      answer(what || null);
    };
    document.body.append(dialog);
    dialog.showModal();
    input.select();
  });
}

/** A short notice at the bottom of the page, also for screen readers. */
export function tell(text) {
  const box = document.getElementById("told") ?? document.body.appendChild(h("div", { id: "told", role: "alert" }));
  box.textContent = text;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => box.remove(), 8000);
}

/** Run an action, and show its error. */
export async function attempt(work) {
  try {
    return await work();
  } catch (problem) {
    tell(problem.message);
    return null;
  }
}
