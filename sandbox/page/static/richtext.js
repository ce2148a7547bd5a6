// Renders rich_text blocks.

import { h } from "./dom.js";
import { channel, emoji, link, mention } from "./mrkdwn.js";
import { dated } from "./times.js";

/** Render the elements of a `rich_text` block. */
export const rich = (block) => block.elements.map(part);

function part(it) {
  switch (it.type) {
    case "rich_text_section":
      return h("div", { class: "rich" }, it.elements.map(piece));
    case "rich_text_preformatted":
      return h("pre", {}, h("code", {}, it.elements.map((each) => each.text ?? each.url ?? "")));
    case "rich_text_quote":
      return h("blockquote", {}, it.elements.map(piece));
    case "rich_text_list":
      return h(it.style === "ordered" ? "ol" : "ul", { class: `in-${it.indent ?? 0}`, start: it.offset ? it.offset + 1 : null }, it.elements.map((each) => h("li", {}, each.elements.map(piece))));
    default:
      return h("span", {}, it.type);
  }
}

function piece(it) {
  switch (it.type) {
    case "text":
      return styled(lines(it.text), it.style);
    case "link":
      return styled([link(it.url, [it.text || it.url])], it.style);
    case "user":
      return mention(it.user_id);
    case "channel":
      return channel(it.channel_id);
    case "emoji":
      return emoji(it.name);
    case "broadcast":
      return h("span", { class: "mention me" }, `@${it.range}`);
    case "usergroup":
      return h("span", { class: "mention" }, "@team");
    case "date":
      return h("time", {}, dated(it.timestamp, it.format));
    case "color":
      return it.value;
    default:
      return it.text ?? "";
  }
}

const lines = (text) => text.split("\n").flatMap((line, index) => [index > 0 && h("br"), line]);

function styled(inside, style = {}) {
  const tags = { code: "code", bold: "strong", italic: "em", strike: "s", underline: "u" };
  return Object.entries(tags).reduce((nodes, [name, tag]) => (style[name] ? [h(tag, {}, nodes)] : nodes), inside);
}
