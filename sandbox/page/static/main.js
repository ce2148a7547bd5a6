// The page: toolbar, sidebar, conversation, a thread or file beside it, modal.

import { asked, attempt } from "./dialogs.js";
import { markdown } from "./blocks.js";
import { composer, say } from "./composer.js";
import { Conversation } from "./conversation.js";
import { fill, h } from "./dom.js";
import { go } from "./navigation.js";
import { act, ask, begin, me, person, loaded, state } from "./store.js";
import { item, menu } from "./menu.js";
import { drawModal, home } from "./modal.js";
import { link, mrkdwn, plain } from "./mrkdwn.js";
import { sidebar } from "./sidebar.js";
import { toolbar, tick } from "./toolbar.js";
import { welcome } from "./welcome.js";

const parts = {
  toolbar: h("header", { class: "toolbar" }),
  sidebar: h("nav", { class: "sidebar", "aria-label": "Channels" }),
  head: h("header", { class: "head" }),
  home: h("section", { class: "homes", "aria-label": "Home", hidden: true }),
  beside: h("aside", { class: "beside", hidden: true }),
};
const main = new Conversation({ label: "Messages", older: () => ask({ older: true }) });
const thread = new Conversation({ label: "Thread", inThread: true });
const typing = composer({ label: "Message", send: (text) => say(me.channel, text) });
const replying = composer({ label: "Reply", send: (text) => say(me.channel, text, me.thread) });
let tab = "messages"; // in the app's direct message: "messages" or "home"
let wanted = null; // the message that a link points to

document.body.append(
  h("button", { class: "skip", onclick: () => typing.entry.focus() }, "To the message box"),
  parts.toolbar,
  h("div", { class: "layout" }, parts.sidebar, h("main", {}, parts.head, parts.home, main.pane, typing.form), parts.beside),
);

begin(draw);
setInterval(tick, 1000);
addEventListener("hashchange", read);
addEventListener("keydown", onward);
addEventListener("pointerdown", ({ target }) => !target.closest(".sidebar, .burger") && document.body.classList.remove("aside"));

/** F6 moves to the next part of the page, Shift+F6 to the previous one, as in Slack. */
function onward(event) {
  if (event.key !== "F6") return;
  event.preventDefault();
  const all = [parts.toolbar, parts.sidebar, parts.head, main.pane, typing.form, parts.beside].filter((each) => each.checkVisibility({ visibilityProperty: true }));
  const at = all.findIndex((each) => each.contains(document.activeElement));
  const next = all[(at + (event.shiftKey ? all.length - 1 : 1)) % all.length];
  const inside = [...next.querySelectorAll("textarea, button, select, summary")].find((each) => each.checkVisibility({ visibilityProperty: true }));
  (next.tabIndex === 0 ? next : (next.querySelector("[aria-current]") ?? inside))?.focus();
}

function draw(frame) {
  if (!me.name) return settle();
  const names = "workspace" in frame;
  if (names || "toolbar" in frame) fill(parts.toolbar, toolbar());
  if (names || "sidebar" in frame) fill(parts.sidebar, sidebar());
  if ("sidebar" in frame && !state.sidebar.some((each) => each.id === me.channel)) return go.channel(firstChannel());
  if (names || "channel" in frame) drawHead();
  if (frame.messages?.of === me.channel) main.draw(frame.messages, loaded.messages);
  if (names || frame.messages?.of === me.channel || "channel" in frame) introduce();
  else if (names) main.redraw(loaded.messages);
  if (me.thread && frame.thread?.of === me.thread) thread.draw(frame.thread, loaded.thread);
  if ("overlays" in frame) {
    drawModal();
    drawHome();
  }
  if (wanted) find();
  tick();
}

/** Show an introduction in an empty channel. */
function introduce() {
  const it = state.channel;
  const quiet = [...loaded.messages.values()].every((each) => each.subtype);
  const here = it?.id === me.channel && it.kind === "channel" && it.member && !it.archived;
  main.introduce(here && quiet ? welcome(go.type) : null);
}

go.type = (text) => {
  typing.entry.value = text;
  typing.entry.dispatchEvent(new Event("input"));
  typing.entry.focus();
};

/** `#ana/C0123`: the person and the conversation, so that each window keeps its own. */
function settle() {
  read();
  if (!me.name) go.person(state.workspace.people.find((each) => !each.is_bot && !each.deleted).name);
}

function read() {
  const [name, channel] = decodeURIComponent(location.hash.slice(1)).split("/");
  if (!state.workspace.people.some((each) => each.name === name && !each.is_bot)) return;
  if (name !== me.name) be(name);
  if (channel && channel !== me.channel) enter(channel);
}

function be(name) {
  Object.assign(me, { name, channel: "", thread: null });
  parts.beside.hidden = true;
  ask({ as: name });
  fill(parts.toolbar, toolbar());
}

function enter(channel) {
  Object.assign(me, { channel, thread: null });
  parts.beside.hidden = true;
  document.body.classList.remove("aside");
  tab = "messages";
  main.clear();
  main.introduce(null); // until it is known that the channel is empty
  ask({ channel });
  fill(parts.sidebar, sidebar());
  if (matchMedia("(min-width: 50rem)").matches) typing.entry.focus();
}

go.person = (name) => (location.hash = name);
go.channel = (channel) => (location.hash = `${me.name}/${channel}`);

go.thread = (ts) => {
  me.thread = ts;
  ask({ thread: ts });
  thread.clear();
  show("Thread", thread.pane, replying.form);
  replying.entry.focus();
};

go.file = (id) =>
  attempt(async () => {
    const answer = await fetch(`/page/file/${id}`);
    if (!answer.ok) throw new Error("File not found.");
    const file = await answer.json();
    const text = file.name.endsWith(".md") ? markdown(file.content) : h("pre", {}, file.binary ? "(not text)" : file.content);
    show(file.title, h("div", { class: "scroller paper", tabindex: "0" }, text));
  });

/** `C0123/p1700000000000100`: a message in its channel. */
go.permalink = (path) => {
  const [channel, message] = path.split("?")[0].split("/");
  const digits = (message ?? "").slice(1);
  wanted = digits ? `${digits.slice(0, -6)}.${digits.slice(-6)}` : null;
  if (channel === me.channel) find();
  else go.channel(channel);
};

function find() {
  const node = main.reveal(wanted);
  if (!node && main.more) main.fetch(); // it may not be loaded yet
  if (!node) return;
  wanted = null;
  node.scrollIntoView({ block: "center" });
  node.classList.add("found");
  setTimeout(() => node.classList.remove("found"), 3000);
}

function firstChannel() {
  const open = state.sidebar.filter((each) => each.member && !each.archived);
  return (open.find((each) => each.kind === "channel") ?? open[0]).id;
}

function show(title, ...inside) {
  const close = () => {
    me.thread = null;
    ask({ thread: null });
    parts.beside.hidden = true;
  };
  fill(parts.beside, h("header", { class: "head" }, h("h2", {}, title), h("button", { class: "quiet", "aria-label": "Close", onclick: close }, "×")), inside);
  parts.beside.setAttribute("aria-label", title);
  parts.beside.hidden = false;
}

function drawHead() {
  const it = state.channel;
  if (!it) return;
  const app = it.kind === "im";
  const name = app ? (person(state.workspace.bot)?.name ?? it.name) : `${it.kind === "private" ? "🔒" : "#"}${it.name}`;
  document.title = `${name} – ${state.workspace.name}`;
  fill(
    parts.head,
    h("div", { class: "title" }, h("h1", {}, name), it.topic && h("span", { class: "topic", title: it.topic }, mrkdwn(it.topic)), h("span", { class: "doing" }, !app && people(it), shortcuts(), !app && doing(it))),
    app && tabs(),
    (it.bookmarks.length > 0 || it.pins.length > 0) && h("div", { class: "marks" }, it.pins.length > 0 && pins(it), it.bookmarks.map((each) => h("span", { class: "mark" }, each.emoji && plain(each.emoji), " ", link(each.link, [each.title])))),
  );
  const shut = it.archived ? "This channel is archived." : it.member ? "" : "You aren't in this channel.";
  typing.form.hidden = Boolean(shut) || tab === "home";
  parts.shut?.remove();
  parts.shut = shut ? h("div", { class: "shut" }, shut, !it.archived && h("button", { class: "primary", onclick: () => attempt(() => act("move", { how: "join", channel: it.id })) }, "Join")) : null;
  if (parts.shut) typing.form.before(parts.shut);
  typing.entry.placeholder = `Message ${name}`;
  drawHome();
}

const people = (it) => menu(`${it.members.length} people`, `👤 ${it.members.length}`, () => it.members.map((id) => h("span", { class: "group" }, person(id)?.real_name || person(id)?.name || id)));

function shortcuts() {
  const all = () => state.workspace.shortcuts.filter((each) => each.type === "global").map((each) => item([each.name, h("small", {}, each.description)], () => attempt(() => act("shortcut", { callback_id: each.callback_id }))));
  return menu("Shortcuts", "⚡", all);
}

function doing(it) {
  const move = (how, more = {}) => attempt(() => act("move", { how, channel: it.id, ...more }));
  const asking = async (how, title, label, key) => {
    const value = await asked(title, label);
    if (value) move(how, { [key]: value });
  };
  return menu("Channel", "⋯", () =>
    [
      !it.archived && it.member && item("Invite somebody", () => asking("invite", "Invite", "a name, like bob", "who")),
      !it.archived && it.member && item("Remove somebody", () => asking("remove", "Remove", "a name, like bob", "who")),
      !it.archived && it.member && item("Set the topic", () => asking("topic", "Topic", "the new topic", "text")),
      !it.archived && it.member && item("Rename", () => asking("rename", "Rename", "the new name", "name")),
      !it.archived && it.member && item("Leave", () => move("leave")),
      item(it.archived ? "Unarchive" : "Archive", () => move(it.archived ? "unarchive" : "archive")),
    ].filter(Boolean),
  );
}

function pins(it) {
  return menu("Pinned", `📌 ${it.pins.length}`, () => it.pins.map((each) => item(plain(each.text.slice(0, 80) || "a message"), () => ((wanted = each.ts), find()))));
}

function tabs() {
  const one = (name, words, pick) => h("button", { role: "tab", "aria-selected": String(tab === name), onclick: pick, "data-key": `tab-${name}` }, words);
  const turn = (name) => {
    tab = name;
    if (name === "home") attempt(() => act("move", { how: "home" }));
    drawHead();
  };
  return h("div", { role: "tablist", class: "tabs" }, one("home", "Home", () => turn("home")), one("messages", "Messages", () => turn("messages")));
}

function drawHome() {
  const shown = tab === "home" && state.channel?.kind === "im";
  parts.home.hidden = !shown;
  main.pane.hidden = shown;
  if (shown) fill(parts.home, home());
}
