// Creates elements without parsing HTML, so that text of people and apps can't become markup.

/** h("button", { class: "primary", onclick: press }, "Save", icon): an element with children.
 *  Children and attributes that are false, null or undefined are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((each) => each || each === 0));
  return element;
}

/** Replace the children; the focus stays on the element with the same `data-key` or `id`. */
export function fill(element, ...children) {
  const had = element.contains(document.activeElement) ? document.activeElement : null;
  const key = had?.dataset.key ?? had?.id;
  element.replaceChildren(...children.flat(Infinity).filter((each) => each || each === 0));
  if (!key || element.contains(document.activeElement)) return;
  const there = [...element.querySelectorAll("[data-key], [id]")];
  there.find((each) => (each.dataset.key ?? each.id) === key)?.focus();
}

let last = 0;

/** A unique element id. */
export function unique(word = "x") {
  last += 1;
  return `${word}-${last}`;
}
