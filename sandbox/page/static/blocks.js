// Renders Block Kit. `context`: how elements act, see elements.js.

import { h, unique } from "./dom.js";
import { element } from "./elements.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { rich } from "./richtext.js";

const drawn = {
  header: (it) => h("h3", {}, plain(it.text.text)),
  divider: () => h("hr"),
  section: (it, context) =>
    h(
      "div",
      { class: "section" },
      h("div", { class: "said" }, it.text && h("div", {}, text(it.text)), it.fields && h("div", { class: "fields" }, it.fields.map((each) => h("div", {}, text(each))))),
      it.accessory && h("div", { class: "accessory" }, element(it.accessory, it, context)),
    ),
  context: (it, context) => h("div", { class: "context" }, it.elements.map((each) => (each.type === "image" ? element(each, it, context) : h("span", {}, text(each))))),
  actions: (it, context) => h("div", { class: "actions" }, it.elements.map((each) => element(each, it, context))),
  context_actions: (it, context) => drawn.actions(it, context),
  input,
  image: (it) => (it.image_url ? picture(it.image_url, it.alt_text, it.title) : undrawn("image of a slack_file")),
  rich_text: (it) => h("div", {}, rich(it)),
  markdown: (it) => markdown(it.text),
  table: (it) => h("div", { class: "scroll" }, h("table", {}, it.rows.map((row, index) => h("tr", {}, row.map((cell) => h(index ? "td" : "th", {}, cell.type === "rich_text" ? rich(cell) : cell.text ?? "")))))),
};

/** Render blocks. */
export function blocks(all, context) {
  return all.map((it) => {
    const draw = drawn[it.type];
    const inside = draw ? draw(it, context) : undrawn(it.type);
    return h("div", { class: "block", "data-block": it.block_id }, inside);
  });
}

/** A placeholder for a block that this page can't render. */
const undrawn = (what) => h("div", { class: "undrawn" }, `not rendered here: ${what}`);

/** Render a text object. */
export const text = (it) => (it.type === "mrkdwn" ? mrkdwn(it.text) : plain(it.text));

function input(it, context) {
  const [field, hint, wrong] = [unique("field"), unique("hint"), unique("wrong")];
  const label = h("label", { for: field, id: `${field}-label` }, plain(it.label.text), it.optional && h("small", {}, " (optional)"));
  const inside = element(it.element, it, { ...context, field });
  const entry = inside.matches("input, textarea, select") ? inside : (inside.querySelector(`#${field}`) ?? inside);
  entry.setAttribute("aria-describedby", `${hint} ${wrong}`);
  return h(
    "div",
    { class: "field" },
    [label, inside],
    it.hint && h("small", { id: hint, class: "hint" }, plain(it.hint.text)),
    h("div", { id: wrong, class: "error", role: "alert" }),
  );
}

/** Show the errors under their inputs, and clear the others. Returns whether there are any. */
export function complain(inside, errors) {
  for (const block of inside.querySelectorAll("[data-block]")) {
    const box = block.querySelector(":scope > .field > .error");
    if (!box) continue;
    const words = errors[block.dataset.block] ?? "";
    box.textContent = words;
    block.querySelector("[aria-describedby]").setAttribute("aria-invalid", String(Boolean(words)));
  }
  const wrong = inside.querySelector("[aria-invalid=true]");
  (wrong?.matches("input, textarea") ? wrong : wrong?.querySelector("input"))?.focus();
}

/** An image; its alt text if it can't be loaded. */
export const picture = (url, words, title) => h("figure", {}, title && h("figcaption", {}, plain(title.text)), h("img", { src: url, alt: words, loading: "lazy" }));

/** Markdown, rendered by the server, which escapes any HTML in it. */
export function markdown(source) {
  const box = h("div", { class: "markdown" });
  fetch("/page/markdown", { method: "POST", body: source })
    .then((answer) => answer.text())
    .then((html) => {
      box.innerHTML = html;
      for (const link of box.querySelectorAll("a")) Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
    });
  return box;
}
