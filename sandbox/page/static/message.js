// Renders one message.

import { answered, asked, attempt } from "./dialogs.js";
import { blocks } from "./blocks.js";
import { h } from "./dom.js";
import { go } from "./navigation.js";
import { act, me, person, state } from "./store.js";
import { item, menu } from "./menu.js";
import { emoji, mrkdwn } from "./mrkdwn.js";
import { clock, full } from "./times.js";

const QUICK = ["pushpin", "eyes", "white_check_mark", "+1", "tada", "fire"];

/** Render a message as a list item. `inThread`: in the thread pane. */
export function message(it, inThread = false) {
  const author = person(it.user);
  const bot = author?.is_bot ?? false;
  const name = author?.real_name || author?.name || "Slackbot";
  const replies = !inThread && it.reply_count;
  return h(
    "li",
    { id: inThread ? null : `m-${it.ts}`, tabindex: "-1", "data-ts": it.ts, "data-user": it.user, class: classes(it) },
    it.only_you && h("div", { class: "note" }, "Only visible to you"),
    pinned(it) && h("div", { class: "note" }, "📌 Pinned"),
    avatar(author),
    h(
      "div",
      { class: "body" },
      h("div", { class: "by" }, h("strong", {}, h("bdi", {}, name)), bot && h("span", { class: "badge" }, "APP"), h("time", { title: full(Number(it.ts)) }, clock(Number(it.ts)))),
      h("div", { class: "text", dir: "auto" }, content(it)),
      it.edited && h("small", { class: "edited" }, "(edited)"),
      (it.files ?? []).map(file),
      reactions(it),
      replies > 0 && h("button", { class: "replies link", onclick: () => go.thread(it.ts), "data-key": `replies-${it.ts}` }, `${replies} ${replies === 1 ? "reply" : "replies"}`),
    ),
    !it.only_you && !it.subtype && tools(it, inThread),
  );
}

/** An avatar: the initials, on a color derived from the name. */
export function avatar(author) {
  const name = author?.real_name || author?.name || "S";
  const letters = author?.is_bot ? "▲" : name.split(/\s+/).map((word) => word[0]).join("").slice(0, 2).toUpperCase();
  const hue = [...(author?.id ?? "S")].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  const box = h("span", { class: "avatar", "aria-hidden": "true" }, letters);
  box.style.setProperty("--hue", hue);
  return box;
}

const pinned = (it) => it.pinned_to?.length > 0;
const classes = (it) => ["message", it.subtype && "quiet", it.only_you && "only", pinned(it) && "pinned"].filter(Boolean).join(" ");

/** The content: blocks or text, then attachments. */
function content(it) {
  const context = inMessage(it);
  if (it.subtype && it.subtype !== "tombstone") return mrkdwn(it.text.replace(`<@${it.user}> `, "")); // who stands before it
  const said = it.blocks?.length && !isTyped(it) ? blocks(it.blocks, context) : mrkdwn(it.text);
  const attached = (it.attachments ?? []).map((each) => h("div", { class: "attached" }, each.pretext && mrkdwn(each.pretext), each.blocks ? blocks(each.blocks, context) : mrkdwn(each.text ?? each.fallback ?? "")));
  return [said, attached];
}

/** Whether the only block is the rich_text that Slack creates for typed text. */
const isTyped = (it) => it.blocks.length === 1 && it.blocks[0].type === "rich_text" && !it.bot_id && !it.only_you;

function inMessage(it) {
  const press = (element, block, value) =>
    attempt(() => act("click", { channel: me.channel, ts: it.ts, target: element.action_id, block_id: block.block_id, value, ...answered(element) }));
  return { press };
}

const file = (it) => h("button", { class: "file", onclick: () => go.file(it.id), "data-key": `file-${it.id}` }, h("span", { "aria-hidden": "true" }, "📄 "), h("span", {}, h("strong", {}, it.title), h("small", {}, `${it.pretty_type || "file"} · ${it.size} bytes`)));

function reactions(it) {
  const mine = state.workspace.people.find((each) => each.name === me.name)?.id;
  const all = (it.reactions ?? []).map((each) => {
    const who = each.users.map((id) => person(id)?.name ?? id).join(", ");
    return h("button", { class: "reaction", "aria-pressed": String(each.users.includes(mine)), title: who, "aria-label": `${each.name}: ${who}`, onclick: () => react(it, each.name), "data-key": `r-${it.ts}-${each.name}` }, emoji(each.name), ` ${each.count}`);
  });
  return all.length > 0 && h("div", { class: "reactions" }, all);
}

const react = (it, name) => attempt(() => act("react", { channel: me.channel, ts: it.ts, name }));

function tools(it, inThread) {
  return h(
    "div",
    { class: "tools" },
    menu("React", "🙂", () => [...QUICK.map((name) => item(emoji(name), () => react(it, name), name)), item("other …", () => other(it))], { kind: "row" }),
    !inThread && h("button", { "aria-label": "Reply in a thread", title: "Reply in a thread", onclick: () => go.thread(it.ts) }, "💬"),
    menu("More", "⋯", () => more(it)),
  );
}

async function other(it) {
  const name = await asked("React", "the emoji's name, like rocket");
  if (name) react(it, name.replaceAll(":", ""));
}

function more(it) {
  const own = person(it.user)?.name === me.name;
  const shortcuts = state.workspace.shortcuts.filter((each) => each.type === "message");
  return [
    ...shortcuts.map((each) => item(each.name, () => attempt(() => act("shortcut", { callback_id: each.callback_id, channel: me.channel, ts: it.ts })))),
    own && item("Edit", () => edit(it)),
    own && item("Delete", () => attempt(() => act("delete", { channel: me.channel, ts: it.ts }))),
  ].filter(Boolean);
}

async function edit(it) {
  const text = await asked("Edit the message", "the new text", it.text);
  if (text) attempt(() => act("edit", { channel: me.channel, ts: it.ts, text }));
}
