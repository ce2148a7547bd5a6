// Formats times like Slack, in the time zone of the current person.

import { now, zone } from "./store.js";

const styles = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_long: { year: "numeric", month: "long", day: "numeric", weekday: "long" },
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
};

const made = new Map(); // to make a formatter takes longer than a thousand uses of it

function inZone(seconds, style, language = "en-GB") {
  const key = JSON.stringify([language, zone(), style]);
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat(language, { ...style, timeZone: zone() }));
  return made.get(key).format(seconds * 1000);
}

/** Format a time with the tokens of `<!date^…>`, like `{date_short_pretty} at {time}`; unknown tokens stay. */
export function dated(seconds, format) {
  return format.replace(/\{(\w+)\}/g, (whole, token) => {
    if (token === "ago") return ago(seconds);
    if (token === "date_num") return isoDate(seconds);
    const style = styles[token.replace("_pretty", "")];
    if (!style) return whole;
    return (token.endsWith("_pretty") && nearDay(seconds)) || inZone(seconds, style);
  });
}

export const clock = (seconds) => inZone(seconds, styles.time);
export const full = (seconds) => inZone(seconds, { ...styles.date_long, ...styles.time_secs });

/** The text of a day separator. */
export const day = (seconds) => nearDay(seconds) || inZone(seconds, styles.date_long);

export const isoDate = (seconds) => inZone(seconds, styles.date_num, "en-CA");

function nearDay(seconds) {
  const days = { [isoDate(now())]: "Today", [isoDate(now() - 86400)]: "Yesterday" };
  return { ...days, [isoDate(now() + 86400)]: "Tomorrow" }[isoDate(seconds)];
}

function ago(seconds) {
  const minutes = Math.round((now() - seconds) / 60);
  const [size, unit] = Math.abs(minutes) < 90 ? [1, "minute"] : Math.abs(minutes) < 2880 ? [60, "hour"] : [1440, "day"];
  return new Intl.RelativeTimeFormat("en").format(-Math.round(minutes / size), unit);
}
