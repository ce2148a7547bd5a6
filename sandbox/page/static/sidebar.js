// The sidebar: all conversations.

import { asked, attempt } from "./dialogs.js";
import { h } from "./dom.js";
import { go } from "./navigation.js";
import { act, me, person, state } from "./store.js";

const GROUPS = [
  ["Channels", (it) => it.kind !== "im" && it.member && !it.archived],
  ["Apps", (it) => it.kind === "im"],
  ["Not joined", (it) => it.kind === "channel" && !it.member && !it.archived],
  ["Archived", (it) => it.archived],
];

export function sidebar() {
  const groups = GROUPS.map(([title, fits]) => [title, state.sidebar.filter(fits)]);
  return groups.map(([title, all]) => {
    const rows = all.sort((a, b) => (a.name < b.name ? -1 : 1)).map(row);
    const add = title === "Channels" && h("button", { class: "quiet", "aria-label": "Create a channel", title: "Create a channel", onclick: create, "data-key": "create" }, "+");
    if (title === "Archived") return all.length > 0 && h("details", { class: "group" }, h("summary", {}, `Archived (${all.length})`), h("ul", {}, rows));
    return (all.length > 0 || add) && h("section", { class: "group", "aria-label": title }, h("h2", {}, title, add), h("ul", {}, rows));
  });
}

function row(it) {
  const marks = [it.unread > 0 && "unread", it.archived && "archived", !it.member && "outside"].filter(Boolean).join(" ");
  const sign = it.kind === "im" ? "▲" : it.kind === "private" ? "🔒" : "#";
  const name = it.kind === "im" ? person(state.workspace.bot)?.name : it.name;
  const told = it.unread > 0 ? `${name}, ${it.unread} unread` : name;
  return h(
    "li",
    {},
    h(
      "button",
      { class: `channel ${marks}`, "aria-current": it.id === me.channel ? "page" : null, "aria-label": told, onclick: () => go.channel(it.id), "data-key": `channel-${it.id}`, "data-channel": it.name },
      h("span", { class: "sign", "aria-hidden": "true" }, sign),
      h("span", { class: "name" }, name),
      it.mentions > 0 && h("span", { class: "count" }, it.mentions),
    ),
  );
}

async function create() {
  const name = await asked("Create a channel", "its name, like plan-the-party");
  if (!name) return;
  const made = await attempt(() => act("move", { how: "create", channel: name }));
  if (made) go.channel(made.channel);
}
