// The toolbar: the current person, the clock, and the faults.

import { attempt } from "./dialogs.js";
import { h } from "./dom.js";
import { go } from "./navigation.js";
import { me, now, post, state } from "./store.js";
import { clock, full } from "./times.js";
import { welcome } from "./welcome.js";

const LEAPS = [["+1 min", "1m"], ["+15 min", "15m"], ["+1 h", "1h"]];
const FAST = 60; // a minute a second
const FAULTS = [
  ["Slack is down", { kind: "status", value: 503 }],
  ["Rate limit", { kind: "ratelimited", value: 5 }],
  ["Slow", { kind: "latency", value: 2000 }],
];

export function toolbar() {
  const people = state.workspace.people.filter((each) => !each.is_bot && !each.deleted);
  const { faults, violations } = state.toolbar;
  const fast = state.toolbar.clock.rate > 1;
  return [
    h("button", { class: "quiet burger", "aria-label": "Channels", onclick: () => document.body.classList.toggle("aside"), "data-key": "burger" }, "☰"),
    h("label", {}, h("span", {}, "You are "), h("select", { id: "who", onchange: (event) => go.person(event.target.value) }, people.map((each) => h("option", { value: each.name, selected: each.name === me.name }, each.real_name || each.name)))),
    h("button", { class: "quiet burger", "aria-label": "Clock and faults", onclick: () => document.body.classList.toggle("tuning"), "data-key": "tuning" }, "⏱"),
    h("time", { id: "now" }),
    h("div", { class: "set", role: "group", "aria-label": "The workspace's time" }, LEAPS.map(([words, by]) => h("button", { onclick: () => leap({ advance: by }), "data-key": by }, words)), h("button", { "aria-pressed": String(fast), onclick: () => leap({ rate: fast ? 1 : FAST }), "data-key": "fast" }, "Run fast")),
    h("div", { class: "set", role: "group", "aria-label": "Faults" }, FAULTS.map(([words, what]) => fault(words, what, faults))),
    h("button", { class: "quiet", "aria-label": "Help", title: "What to type, and what this page can do", onclick: showHelp, "data-key": "help" }, "?"),
    h("button", { class: violations.length ? "warn" : "quiet", onclick: showViolations, "data-key": "violations", title: "Requests that the real Slack would reject" }, `${violations.length} violation${violations.length === 1 ? "" : "s"}`),
  ];
}

/** Update the displayed time. */
export function tick() {
  const shown = document.getElementById("now");
  if (!shown) return;
  shown.textContent = clock(now());
  shown.title = full(now());
}

const leap = (how) => attempt(() => post("/control/clock", how));

function fault(words, what, there) {
  const on = there.find((each) => each.kind === what.kind);
  const press = () => attempt(() => (on ? post(`/control/faults/${on.id}`, {}, "DELETE") : post("/control/faults", what)));
  return h("button", { "aria-pressed": String(Boolean(on)), onclick: press, "data-key": what.kind }, words);
}

function showHelp() {
  const type = (text) => {
    dialog.close(); // first: closing gives the focus back to the button
    go.type(text);
  };
  const dialog = drawer("Help", welcome(type) ?? h("p", {}, "This app has no slash command."));
}

function showViolations() {
  const all = state.toolbar.violations;
  drawer("Requests that the real Slack would reject", all.length ? h("ul", {}, all.map((each) => h("li", {}, h("code", {}, each.where), " ", each.what))) : h("p", {}, "None so far."), "Violations");
}

/** A dialog for reading. */
function drawer(title, inside, label = title) {
  const dialog = h(
    "dialog",
    { class: "drawer", "aria-label": label, onclose: () => dialog.remove() },
    h("header", {}, h("h2", {}, title), h("button", { class: "quiet", "aria-label": "Close", onclick: () => dialog.close() }, "×")),
    inside,
  );
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
