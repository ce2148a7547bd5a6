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
    this.pane.addEventListener("keydown", (event) => this.walk(event));
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

  /** With the arrows from message to message; Tab goes on to what can be done with it. */
  walk(event) {
    const at = document.activeElement;
    if (!["ArrowUp", "ArrowDown"].includes(event.key) || (at !== this.pane && at.parentNode !== this.list)) return;
    const up = event.key === "ArrowUp";
    const next = at === this.pane ? this.list.lastElementChild : up ? at.previousElementSibling : at.nextElementSibling;
    if (!next) return;
    event.preventDefault();
    next.focus();
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
    const had = before?.contains(document.activeElement) && document.activeElement;
    before?.replaceWith(fresh);
    this.drawn.set(it.ts, fresh);
    if (!had) return;
    const same = had.dataset.key && fresh.querySelector(`[data-key="${CSS.escape(had.dataset.key)}"]`);
    (same || fresh).focus({ preventScroll: true });
  }

  /** Put the new ones where they belong; say where a day begins and who goes on speaking. */
  order(all) {
    let before = null;
    let last = null;
    const days = new Map(); // in every zone a day begins with some quarter of an hour
    const dayOf = (ts) => {
      const quarter = Math.floor(ts / 900);
      if (!days.has(quarter)) days.set(quarter, day(ts));
      return days.get(quarter);
    };
    for (const [ts, it] of all) {
      const node = this.drawn.get(ts);
      if (node.parentNode !== this.list || node.previousElementSibling !== last) {
        if (last) last.after(node);
        else this.list.prepend(node);
      }
      const today = dayOf(ts);
      const fresh = !before || today !== dayOf(before.ts);
      if (fresh && node.dataset.day !== today) node.dataset.day = today;
      else if (!fresh && node.dataset.day) delete node.dataset.day;
      node.classList.toggle("follows", !fresh && goesOn(before, it));
      [before, last] = [it, node];
    }
  }
}

const goesOn = (before, it) =>
  before.user === it.user && !before.subtype && !it.subtype && !before.only_you === !it.only_you && !before.pinned_to && !it.pinned_to && Number(it.ts) - Number(before.ts) < TOGETHER;
