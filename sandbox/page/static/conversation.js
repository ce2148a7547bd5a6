// The messages of a channel or thread; only changed ones are rendered again.

import { fill, h } from "./dom.js";
import { message } from "./message.js";
import { day } from "./times.js";

const TOGETHER = 300; // seconds within which messages of one person are grouped
const HELD = 150; // messages in the document, of all that are loaded
const STEP = 50; // messages added when the person scrolls
const NEAR = 600; // pixels from an end at which more are added

/** `older` is called when the person scrolls to the top and there are earlier messages. */
export class Conversation {
  constructor({ label, inThread = false, older = () => {} }) {
    Object.assign(this, { inThread, older });
    this.list = h("ol", { class: "messages", "aria-label": label });
    this.intro = h("div", { hidden: true });
    this.pane = h("div", { class: "scroller", tabindex: "0", role: "log", "aria-live": "polite", "aria-label": label }, this.intro, this.list);
    this.all = new Map();
    this.keys = []; // their ts, in order
    this.from = 0; // index of the first one in the document
    this.drawn = new Map();
    this.more = false;
    this.atEnd = true; // stay at the end when content grows
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this.list);
    this.pane.addEventListener("keydown", (event) => this.walk(event));
    this.pane.addEventListener("scroll", () => this.scrolled());
  }

  /** `frame`: the server's update; `all`: all loaded messages, by ts. */
  draw(frame, all) {
    const first = this.keys[this.from];
    if (frame.whole) this.clear();
    [this.all, this.keys, this.more] = [all, [...all.keys()], frame.above];
    for (const ts of frame.gone) this.drop(ts);
    for (const each of frame.changed) if (this.drawn.has(each.ts)) this.put(each);
    const end = this.keys.length - HELD;
    const there = this.keys.findIndex((ts) => ts >= first);
    this.hold(frame.whole || this.atEnd || there < 0 ? end : there);
    if (frame.whole || this.atEnd) this.toEnd();
    else this.scrolled(); // earlier messages may have been loaded
  }

  /** Render everything again, after the time zone or names changed. */
  redraw(all) {
    this.draw({ whole: true, gone: [], changed: [...all.values()], above: this.more }, all);
  }

  /** Put exactly these messages into the document, without moving what is being read. */
  hold(from) {
    this.from = Math.max(0, Math.min(from, this.keys.length - HELD));
    const wanted = this.keys.slice(this.from, this.from + HELD);
    const [anchor, at] = this.anchor();
    const held = new Set(wanted);
    for (const ts of [...this.drawn.keys()]) if (!held.has(ts)) this.drop(ts);
    for (const ts of wanted) if (!this.drawn.has(ts)) this.put(this.all.get(ts));
    this.order(wanted);
    if (anchor?.isConnected && !this.atEnd) this.pane.scrollTop += anchor.getBoundingClientRect().top - at;
  }

  /** The first visible message, and its position. */
  anchor() {
    const top = this.pane.getBoundingClientRect().top;
    for (const node of this.list.children) {
      const box = node.getBoundingClientRect();
      if (box.bottom > top) return [node, box.top];
    }
    return [null, 0];
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.pane;
    const below = scrollHeight - scrollTop - clientHeight;
    const last = this.from + HELD >= this.keys.length;
    this.atEnd = (below < 40 || !this.intro.hidden) && last;
    if (scrollTop < NEAR && this.from > 0) this.hold(this.from - STEP);
    else if (scrollTop < NEAR && this.more) this.fetch();
    else if (below < NEAR && !last) this.hold(this.from + STEP);
  }

  /** Request earlier messages, once until they arrive. */
  fetch() {
    this.more = false;
    this.older();
  }

  /** Scroll to a message; returns its element, if it exists. */
  reveal(ts) {
    const there = this.keys.indexOf(ts);
    if (there < 0) return null;
    this.atEnd = false;
    if (!this.drawn.has(ts)) this.hold(there - HELD / 2);
    return this.drawn.get(ts);
  }

  /** Arrow keys move from message to message; Tab moves to the actions of one. */
  walk(event) {
    const at = document.activeElement;
    if (!["ArrowUp", "ArrowDown"].includes(event.key) || (at !== this.pane && at.parentNode !== this.list)) return;
    const up = event.key === "ArrowUp";
    const next = at === this.pane ? this.list.lastElementChild : up ? at.previousElementSibling : at.nextElementSibling;
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  /** The introduction shown above the first messages of an empty channel, or null. */
  introduce(words) {
    const had = !this.intro.hidden;
    this.intro.hidden = !words;
    fill(this.intro, words ?? []);
    if (had !== Boolean(words)) this.toEnd();
  }

  toEnd() {
    this.atEnd = true;
    this.pane.scrollTop = this.intro.hidden ? this.pane.scrollHeight : 0;
  }

  clear() {
    [this.all, this.keys, this.from] = [new Map(), [], 0];
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

  /** Insert them in order, with day separators, and group messages of one person. */
  order(wanted) {
    let before = this.all.get(this.keys[this.from - 1]) ?? null;
    let last = null;
    for (const ts of wanted) {
      const [node, it] = [this.drawn.get(ts), this.all.get(ts)];
      if (node.parentNode !== this.list || node.previousElementSibling !== last) {
        if (last) last.after(node);
        else this.list.prepend(node);
      }
      const today = day(ts);
      const fresh = !before || today !== day(before.ts);
      if (fresh && node.dataset.day !== today) node.dataset.day = today;
      else if (!fresh && node.dataset.day) delete node.dataset.day;
      node.classList.toggle("follows", !fresh && goesOn(before, it));
      [before, last] = [it, node];
    }
  }
}

const goesOn = (before, it) =>
  before.user === it.user && !before.subtype && !it.subtype && !before.only_you === !it.only_you && !before.pinned_to && !it.pinned_to && Number(it.ts) - Number(before.ts) < TOGETHER;
