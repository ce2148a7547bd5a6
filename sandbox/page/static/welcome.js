// The introduction for new users: what to type, and what the page can do.

import { h } from "./dom.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { myself, state } from "./store.js";

/** `type(text)` puts a command into the message box. Returns null if the app has no slash command. */
export function welcome(type) {
  const { app, tips } = state.workspace;
  const ways = state.workspace.commands.flatMap((each) => examples(each));
  if (!ways.length) return null;
  const [first, ...others] = ways;
  const button = (text, kind) => h("button", { type: "button", class: kind, onclick: () => type(text), "data-key": `type-${text}` }, h("code", {}, text));
  return h(
    "section",
    { class: "welcome", "aria-label": "Getting started" },
    h("h2", {}, `Try ${app.name}`),
    app.description && h("p", {}, plain(app.description)),
    h("p", {}, "This is a local Slack: nothing leaves your machine. To begin, type this in the message box and press Enter (a click types it for you):"),
    h("p", {}, button(first, "first")),
    others.length > 0 && h("h3", {}, "Commands to try next"),
    others.length > 0 && h("div", { class: "ways" }, others.map((each) => button(each, "way"))),
    h("h3", {}, "What else is here"),
    h("ul", {}, tips.map((each) => h("li", {}, mrkdwn(each))), page()),
  );
}

/** The subcommands in the manifest's usage hint: `declare sev1 … | help`. */
function examples({ command, usage_hint: hint }) {
  const ways = (hint ?? "").split("|").map((each) => each.trim());
  return ways.map((each) => `${command} ${each}`.trim());
}

function page() {
  const others = state.workspace.people.filter((each) => !each.is_bot && !each.deleted && each !== myself()).map((each) => each.real_name || each.name);
  return [
    h("li", {}, h("b", {}, "People. "), `You are ${myself()?.real_name || myself()?.name}. Switch person with the menu at the top left (${others.join(", ")}), or open another tab to be two people at once.`),
    h("li", {}, h("b", {}, "The clock. "), "To see reminders and escalations sooner, move the clock at the top: +15 min, +1 h, or Run fast."),
    h("li", {}, h("b", {}, "Failures. "), "Slack is down, Rate limit and Slow at the top break this Slack. Click again to repair it."),
    h("li", { class: "narrow" }, h("b", {}, "Small screens. "), "The clock and the failures are behind ⏱, the channels behind ☰."),
  ];
}
