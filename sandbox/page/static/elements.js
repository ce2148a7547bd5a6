// The interactive elements of Block Kit.
//
// `context`: how elements act:
//   press(element, block, value)   notify the app, as Slack does
//   search(element, block, typed)  in a view: get the options of an external menu
//   values                         in a view: state.values
//   form                           in a view: a Map from block_id to the field's value
//   field                          the element id for the input's label

import { confirmed } from "./dialogs.js";
import { h, unique } from "./dom.js";
import { me, person, state } from "./store.js";
import { item, menu } from "./menu.js";
import { plain } from "./mrkdwn.js";
import { combobox } from "./combobox.js";
import { isoDate, clock } from "./times.js";

/** Render an element. */
export function element(it, block, context) {
  const draw = kinds[it.type];
  const asks = it.type.endsWith("external_select") && !context.search; // needs a view
  if (!draw || asks) return h("span", { class: "undrawn" }, `not rendered here: ${it.type}`);
  return draw(it, block, context);
}

const kinds = {
  button,
  workflow_button: button,
  image: (it) => h("img", { src: it.image_url, alt: it.alt_text, class: "small", loading: "lazy" }),
  overflow,
  checkboxes: (it, block, context) => boxes("checkbox", it, block, context),
  radio_buttons: (it, block, context) => boxes("radio", it, block, context),
  plain_text_input: (it, block, context) => typed(it, block, context, it.multiline ? "textarea" : "text"),
  email_text_input: (it, block, context) => typed(it, block, context, "email"),
  url_text_input: (it, block, context) => typed(it, block, context, "url"),
  number_input: (it, block, context) => typed(it, block, context, "number"),
  rich_text_input: richInput,
  datepicker: (it, block, context) => when(it, block, context, "date", "selected_date"),
  timepicker: (it, block, context) => when(it, block, context, "time", "selected_time"),
  datetimepicker: moment,
  static_select: select,
  external_select: select,
  users_select: select,
  channels_select: select,
  conversations_select: select,
  multi_static_select: select,
  multi_external_select: select,
  multi_users_select: select,
  multi_channels_select: select,
  multi_conversations_select: select,
};

const keyed = (it, block) => `${block.block_id}/${it.action_id}`;
const label = (it, block) => it.accessibility_label ?? block.label?.text ?? it.placeholder?.text ?? block.text?.text ?? it.action_id;
const held = (it, block, context) => context.values?.[block.block_id]?.[it.action_id];

/** Store a value for the submission, and notify the app if the input has dispatch_action. */
function keep(it, block, context, value) {
  context.form?.set(block.block_id, value);
}

async function told(it, block, context, value) {
  if (block.type === "input") {
    keep(it, block, context, value);
    if (!block.dispatch_action) return;
  }
  if (await confirmed(it.confirm)) await context.press(it, block, value);
}

function button(it, block, context) {
  const act = async ({ currentTarget: pressed }) => {
    if (!(await confirmed(it.confirm))) return;
    visit(it.url);
    pressed.disabled = true;
    await context.press(it, block);
    pressed.disabled = false;
  };
  return h("button", { type: "button", class: it.style, onclick: act, "aria-label": it.accessibility_label, "data-action": it.action_id, "data-key": keyed(it, block) }, plain(it.text.text));
}

/** Open a button's URL in a new window. */
function visit(url) {
  if (/^https?:/i.test(url ?? "")) window.open(url, "_blank", "noopener");
}

function overflow(it, block, context) {
  const choose = async (option) => {
    if (!(await confirmed(it.confirm))) return;
    visit(option.url);
    context.press(it, block, option.value);
  };
  const options = () => it.options.map((each) => item([plain(each.text.text), each.description && h("small", {}, plain(each.description.text))], () => choose(each)));
  return menu(it.accessibility_label ?? "More", "⋯", options, { key: keyed(it, block) });
}

function boxes(type, it, block, context) {
  const name = unique(it.action_id);
  const had = held(it, block, context);
  const chosen = had ? [had.selected_options ?? had.selected_option ?? []].flat() : (it.initial_options ?? [it.initial_option ?? []].flat());
  const read = () => {
    const values = [...group.querySelectorAll(":checked")].map((each) => each.value);
    return type === "radio" ? values[0] : values;
  };
  const group = h(
    "div",
    { role: type === "radio" ? "radiogroup" : "group", class: "boxes", "aria-label": label(it, block), onchange: () => told(it, block, context, read()) },
    it.options.map((each) =>
      h("label", {}, h("input", { type, name, value: each.value, checked: chosen.some((one) => one.value === each.value), "data-key": `${keyed(it, block)}/${each.value}` }), h("span", {}, plain(each.text.text), each.description && h("small", {}, plain(each.description.text)))),
    ),
  );
  if (block.type === "input") keep(it, block, context, read());
  return group;
}

function typed(it, block, context, type) {
  const value = held(it, block, context)?.value ?? it.initial_value ?? "";
  const common = { id: context.field, placeholder: it.placeholder?.text, maxlength: it.max_length, minlength: it.min_length, "aria-label": block.label ? null : label(it, block), "data-key": keyed(it, block), "data-action": it.action_id };
  const when = (block.dispatch_action && (it.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"])) || [];
  const pressed = (event) => {
    if (event.key !== "Enter" || event.shiftKey || !when.includes("on_enter_pressed")) return;
    event.preventDefault();
    told(it, block, context, entry.value);
  };
  const changed = () => (when.includes("on_character_entered") ? told(it, block, context, entry.value) : keep(it, block, context, entry.value));
  const events = { oninput: changed, onkeydown: pressed };
  const entry = type === "textarea" ? h("textarea", { ...common, ...events, rows: 4 }, value) : h("input", { ...common, ...events, type, value, min: it.min_value, max: it.max_value, step: type === "number" ? (it.is_decimal_allowed ? "any" : 1) : null });
  if (it.focus_on_load) entry.setAttribute("autofocus", "");
  if (block.type === "input") keep(it, block, context, value);
  return entry;
}

function richInput(it, block, context) {
  const rich = (text) => text && { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
  const before = held(it, block, context)?.rich_text_value ?? it.initial_value;
  const words = before?.elements.flatMap((part) => part.elements.map((each) => each.text ?? "")).join("") ?? "";
  const entry = h("textarea", { id: context.field, rows: 4, "data-key": keyed(it, block), oninput: () => keep(it, block, context, rich(entry.value)) }, words);
  keep(it, block, context, rich(words));
  return entry;
}

function when(it, block, context, type, name) {
  const value = held(it, block, context)?.[name] ?? it[name.replace("selected", "initial")] ?? "";
  const entry = h("input", { type, value, id: context.field, "aria-label": block.label ? null : label(it, block), "data-key": keyed(it, block), onchange: () => told(it, block, context, entry.value) });
  if (block.type === "input") keep(it, block, context, value);
  return entry;
}

/** A date and time, in the time zone of the current person. */
function moment(it, block, context) {
  const seconds = held(it, block, context)?.selected_date_time ?? it.initial_date_time;
  const shown = seconds ? `${isoDate(seconds)}T${clock(seconds)}` : "";
  const read = () => entry.value && String(inZone(entry.value));
  const entry = h("input", { type: "datetime-local", value: shown, id: context.field, "data-key": keyed(it, block), onchange: () => told(it, block, context, read()) });
  if (block.type === "input") keep(it, block, context, seconds ? String(seconds) : "");
  return entry;
}

function inZone(local) {
  const wanted = Date.parse(`${local}Z`) / 1000;
  const reads = (at) => Date.parse(`${isoDate(at)}T${clock(at)}Z`) / 1000;
  return wanted - (reads(wanted) - wanted);
}

function select(it, block, context) {
  const many = it.type.startsWith("multi_");
  const kind = it.type.replace("multi_", "");
  const search = kind === "external_select" ? (text) => context.search(it, block, text).then((all) => all.map(option)) : null;
  const before = chosenIn(held(it, block, context)) ?? initialOf(it);
  const chosen = before.map((each) => each.value ?? each);
  if (block.type === "input") keep(it, block, context, many ? chosen : chosen[0]);
  return combobox({
    ...{ label: label(it, block), placeholder: it.placeholder?.text ?? "Choose", id: context.field, key: keyed(it, block) },
    ...{ options: search ? before.map(option) : offered(it, kind), search, chosen, many },
    ...{ least: it.min_query_length ?? 3, most: it.max_selected_items },
    onchange: (value) => told(it, block, context, value),
  });
}

const option = (each, group) => ({ value: each.value, text: each.text.text, note: each.description?.text, group: typeof group === "string" ? group : null });

function offered(it, kind) {
  if (kind === "users_select") return people();
  if (kind === "channels_select") return channels((each) => each.kind === "channel");
  if (kind === "conversations_select") {
    const kinds = { channel: "public", private: "private", im: "im" };
    return channels((each) => it.filter?.include?.includes(kinds[each.kind]) ?? true);
  }
  const groups = (it.option_groups ?? []).flatMap((group) => group.options.map((each) => option(each, group.label.text)));
  return [...(it.options ?? []).map((each) => option(each)), ...groups];
}

const people = () => state.workspace.people.filter((each) => !each.deleted).map((each) => ({ value: each.id, text: each.name, note: each.real_name }));
const channels = (fits) => state.sidebar.filter((each) => fits(each) && !each.archived).map((each) => ({ value: each.id, text: each.kind === "im" ? person(state.workspace.bot).name : `#${each.name}` }));

/** The chosen options or ids. */
function chosenIn(state) {
  const name = state && Object.keys(state).find((each) => each.startsWith("selected_"));
  return name ? [state[name] ?? []].flat() : null;
}

function initialOf(it) {
  const name = Object.keys(it).find((each) => each.startsWith("initial_"));
  if (name) return [it[name]].flat();
  return it.default_to_current_conversation && me.channel ? [me.channel] : [];
}
