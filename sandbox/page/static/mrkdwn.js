// Renders Slack's mrkdwn.

import { h } from "./dom.js";
import { me, person, state } from "./store.js";
import { dated, full } from "./times.js";
import { go } from "./navigation.js";

const EMOJI = await (await fetch("/page/emoji.json")).json();

export const unescaped = (text) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** The emoji with this name, or the name as written. */
export function emoji(name) {
  const sign = EMOJI[name.split("::")[0].toLowerCase()];
  return sign ? h("span", { class: "emoji", title: `:${name}:` }, sign) : `:${name}:`;
}

/** Render plain text with emoji names. */
export function plain(text) {
  return text.split(/:([a-z0-9_+'-]+):/i).map((part, index) => (index % 2 ? emoji(part) : unescaped(part)));
}

/** Render mrkdwn as a list of nodes. */
export function mrkdwn(text) {
  const parts = text.split(/```\n?([\s\S]+?)\n?```/);
  return parts.flatMap((part, index) =>
    index % 2 ? [h("pre", {}, h("code", {}, code(part)))] : quotes(part),
  );
}

/** Group consecutive lines that begin with >. */
function quotes(text) {
  const found = [];
  for (const line of text.split("\n")) {
    const quoted = /^&gt; ?(.*)/.exec(line);
    const last = found.at(-1);
    if (last && last.quoted === Boolean(quoted)) last.lines.push(quoted ? quoted[1] : line);
    else found.push({ quoted: Boolean(quoted), lines: [quoted ? quoted[1] : line] });
  }
  return found.flatMap(({ quoted, lines }) => {
    const inside = lines.flatMap((line, index) => [index > 0 && h("br"), ...inline(line)]);
    return quoted ? [h("blockquote", {}, inside)] : inside;
  });
}

const INLINE =
  /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+'-]+):|(?<![\p{L}\p{N}*])\*(\S|\S[^\n]*?\S)\*(?![\p{L}\p{N}*])|(?<![\p{L}\p{N}_])_(\S|\S[^\n]*?\S)_(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}~])~(\S|\S[^\n]*?\S)~(?![\p{L}\p{N}~])/iu;

function inline(text) {
  const nodes = [];
  for (let found; (found = INLINE.exec(text)); text = text.slice(found.index + found[0].length)) {
    if (found.index) nodes.push(unescaped(text.slice(0, found.index)));
    const [, tick, angle, name, bold, italic, struck] = found;
    if (tick !== undefined) nodes.push(h("code", {}, code(tick)));
    else if (angle !== undefined) nodes.push(...angled(angle));
    else if (name !== undefined) nodes.push(emoji(name));
    else if (bold !== undefined) nodes.push(h("strong", {}, inline(bold)));
    else if (italic !== undefined) nodes.push(h("em", {}, inline(italic)));
    else nodes.push(h("s", {}, inline(struck)));
  }
  if (text) nodes.push(unescaped(text));
  return nodes;
}

const code = (text) => unescaped(text.replace(/<([^<>|\n]+)\|?([^<>\n]*)>/g, (_, to, shown) => shown || to));

/** Render a token in angle brackets: a mention, date or link. */
function angled(inside) {
  const [target, ...rest] = inside.split("|");
  const label = rest.join("|");
  if (target.startsWith("@")) return [mention(target.slice(1), label)];
  if (target.startsWith("#")) return [channel(target.slice(1), label)];
  if (target.startsWith("!date^")) return [date(target, label)];
  if (target.startsWith("!subteam^")) return [h("span", { class: "mention" }, label || "@team")];
  if (target.startsWith("!")) return [h("span", { class: "mention me" }, `@${target.slice(1).split("^")[0]}`)];
  if (!label && !SAFE.test(target)) return [unescaped(`<${inside}>`)]; // somebody's words, not an address
  return [link(unescaped(target), label ? inline(label) : [unescaped(target)])];
}

export function mention(id, label = "") {
  const known = person(id);
  const mine = known?.name === me.name;
  return h("span", { class: mine ? "mention me" : "mention" }, `@${known?.name ?? (label || id)}`);
}

export function channel(id, label = "") {
  const there = state.sidebar.find((each) => each.id === id);
  const name = there?.name ?? (label || state.workspace.channels[id]);
  if (!name) return h("span", { class: "mention" }, "🔒 private channel");
  return inText({ class: "mention link" }, () => go.channel(id), `#${name}`);
}

/** A button that wraps like the words around it, which a `button` element doesn't. */
function inText(attributes, does, shown) {
  const pressed = (key) => {
    if (key.key !== "Enter" && key.key !== " ") return;
    key.preventDefault();
    does();
  };
  return h("span", { ...attributes, role: "button", tabindex: "0", onclick: does, onkeydown: pressed }, shown);
}

function date(target, fallback) {
  const [, seconds, format, url] = target.split("^");
  const at = Number(seconds);
  if (!format || Number.isNaN(at)) return fallback;
  const shown = h("time", { datetime: new Date(at * 1000).toISOString(), title: full(at) }, dated(at, format));
  return url ? link(url, [shown]) : shown;
}

const SAFE = /^(https?|mailto|tel):/i;

/** Render a link; permalinks of this workspace open on this page. */
export function link(url, shown) {
  const here = new RegExp(`^https://${state.workspace.domain}\\.slack\\.com/(archives|files)/(.*)$`).exec(url);
  if (here) {
    const to = () => (here[1] === "files" ? go.file(here[2].split("/")[1]) : go.permalink(here[2]));
    return inText({ class: "link", title: url }, to, shown);
  }
  if (!SAFE.test(url)) return h("span", {}, shown);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, shown);
}
