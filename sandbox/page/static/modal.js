// The open modal, and the app's home tab.

import { answered, attempt } from "./dialogs.js";
import { blocks, complain } from "./blocks.js";
import { h } from "./dom.js";
import { act, state } from "./store.js";
import { plain } from "./mrkdwn.js";

let dialog = null;
let shown = ""; // the view that is drawn, and in which state
let form = new Map();

/** Render the topmost view, unless it is already shown. */
export function drawModal() {
  const view = state.overlays.views.at(-1);
  if (!view) return put(null);
  if (`${view.id} ${view.hash}` !== shown) open(view);
}

const TYPED = "input:not([type=radio], [type=checkbox], [role=combobox]), textarea";

/** Keep the values of fields when the app updates the view. */
function retype(before, fresh, typed) {
  for (const each of before.querySelectorAll(TYPED)) {
    const now = fresh.querySelector(`[data-key="${CSS.escape(each.dataset.key)}"]`);
    if (!now) continue;
    const block = now.closest("[data-block]").dataset.block;
    now.value = each.value;
    if (typed.has(block)) form.set(block, typed.get(block));
  }
}

function put(fresh) {
  dialog?.close(); // the focus goes back to where it was
  dialog?.remove();
  dialog = fresh;
  if (fresh === null) shown = "";
}

function open(view) {
  const had = dialog?.contains(document.activeElement) && document.activeElement.dataset.key;
  const typed = form;
  form = new Map();
  const context = { ...acting(view), values: view.state.values, form };
  const submit = view.submit && h("button", { class: "primary", type: "submit" }, plain(view.submit.text));
  const fresh = h(
    "dialog",
    { class: "modal", "aria-label": view.title.text, oncancel: (event) => (event.preventDefault(), close(view)) },
    h(
      "form",
      { onsubmit: (event) => (event.preventDefault(), send(view, submit)), novalidate: true },
      h("header", {}, h("h2", {}, plain(view.title.text)), h("button", { type: "button", class: "quiet", "aria-label": "Close", onclick: () => close(view) }, "×")),
      h("div", { class: "inside" }, h("div", { class: "error", role: "alert" }), blocks(view.blocks, context)),
      h("footer", {}, h("button", { type: "button", onclick: () => close(view) }, plain(view.close?.text ?? "Cancel")), submit),
    ),
  );
  if (shown.startsWith(`${view.id} `)) retype(dialog, fresh, typed);
  put(fresh);
  shown = `${view.id} ${view.hash}`;
  document.body.append(fresh);
  fresh.showModal();
  const again = had && fresh.querySelector(`[data-key="${CSS.escape(had)}"]`);
  const first = fresh.querySelector("[autofocus], .inside input, .inside textarea");
  (again || first)?.focus();
}

async function send(view, button) {
  const words = button.textContent;
  [button.disabled, button.textContent] = [true, "…"];
  const answer = await attempt(() => act("submit", { view: view.id, values: Object.fromEntries(form) }));
  [button.disabled, button.textContent] = [false, words];
  const errors = answer?.errors ?? {};
  dialog?.querySelector(".inside > .error").replaceChildren(errors[""] ?? "");
  if (dialog && answer) complain(dialog, errors);
}

const close = (view) => attempt(() => act("close", { view: view.id }));

/** Send all field values to the server before an action notifies the app. */
function acting(view) {
  return {
    press: (element, block, value) =>
      attempt(async () => {
        await act("fill", { view: view.id, values: Object.fromEntries(form) });
        await act("choose", { view: view.id, target: element.action_id, block_id: block.block_id, value, ...answered(element) });
      }),
    search: async (element, block, text) => (await attempt(() => act("search", { view: view.id, target: element.action_id, text })))?.options ?? [],
  };
}

/** Render the home tab that the app published for this person. */
export function home() {
  const view = state.overlays.home;
  if (!view) return h("p", { class: "empty" }, "The app hasn't published its home tab yet.");
  const press = (element, block, value) => attempt(() => act("choose", { view: "home", target: element.action_id, block_id: block.block_id, value, ...answered(element) }));
  const search = async (element, block, text) => (await attempt(() => act("search", { view: "home", target: element.action_id, text })))?.options ?? [];
  return h("div", { class: "home" }, blocks(view.blocks, { press, search, values: view.state.values }));
}
