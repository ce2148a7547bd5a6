// The messages of a channel, or of a thread: only what changed is drawn anew.

import { h } from "./dom.js";
import { message } from "./message.js";
import { day } from "./times.js";

const TOGETHER = 300; // seconds: messages of one person that stand as one

/** `older` is called when somebody scrolls to the top and there is more. */
export class Conversation {
  constructor({ label, inThread = false, older = () => {} }) {
    this.inThread = inThread;
    this.list = h("ol", { class: "messages", "aria-label": label });
    this.pane = h("div", { class: "scroller", tabindex: "0", role: "log", "aria-live": "polite", "aria-label": label }, this.list);
    this.drawn = new Map();
    this.more = false;
    this.atEnd = true; // and stays there, whatever grows
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this.list);
    this.pane.addEventListener("scroll", () => {
      this.atEnd = this.pane.scrollHeight - this.pane.scrollTop - this.pane.clientHeight < 40;
      if (this.more && this.pane.scrollTop < 200) {
        this.more = false;
        older();
      }
    });
  }

  /** `frame`: what the server said of it; `all`: every message there is, by ts. */
  draw(frame, all) {
    const [height, top, atEnd] = [this.pane.scrollHeight, this.pane.scrollTop, this.atEnd];
    if (frame.whole) this.clear();
    for (const ts of frame.gone) this.drop(ts);
    for (const each of frame.changed) this.put(each);
    this.order(all);
    this.more = frame.above;
    if (frame.whole || atEnd) this.toEnd();
    else if (top < 200) this.pane.scrollTop = top + this.pane.scrollHeight - height;
  }

  /** Everything once more, as the zone or the names have changed. */
  redraw(all) {
    this.draw({ whole: true, gone: [], changed: [...all.values()], above: this.more }, all);
  }

  toEnd() {
    this.atEnd = true;
    this.pane.scrollTop = this.pane.scrollHeight;
  }

  clear() {
    this.drawn.clear();
    this.list.replaceChildren();
  }

  drop(ts) {
    this.drawn.get(ts)?.remove();
    this.drawn.delete(ts);
  }

  put(it) {
    const fresh = message(it, this.inThread);
    const before = this.drawn.get(it.ts);
    const key = before?.contains(document.activeElement) && document.activeElement.dataset.key;
    before?.replaceWith(fresh);
    this.drawn.set(it.ts, fresh);
    if (key) fresh.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  }

  /** Put the new ones where they belong; say where a day begins and who goes on speaking. */
  order(all) {
    let before = null;
    let last = null;
    for (const [ts, it] of all) {
      const node = this.drawn.get(ts);
      if (node.parentNode !== this.list || node.previousElementSibling !== last) {
        if (last) last.after(node);
        else this.list.prepend(node);
      }
      const today = day(Number(ts));
      const fresh = !before || today !== day(Number(before.ts));
      if (fresh) node.dataset.day = today;
      else delete node.dataset.day;
      node.classList.toggle("follows", !fresh && goesOn(before, it));
      [before, last] = [it, node];
    }
  }
}

const goesOn = (before, it) =>
  before.user === it.user && !before.subtype && !it.subtype && !before.only_you === !it.only_you && !before.pinned_to && !it.pinned_to && Number(it.ts) - Number(before.ts) < TOGETHER;
