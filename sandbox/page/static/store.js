// The client state: what the server has sent to this window.

export const state = {
  workspace: { people: [], channels: {}, commands: [], shortcuts: [], app: {}, tips: [] },
  toolbar: { clock: { fake: 0, then: 0, rate: 1 }, faults: [], violations: [] },
  sidebar: [],
  channel: null,
  overlays: { views: [], home: null },
};

/** Messages, sorted by ts. */
export const loaded = { messages: new Map(), thread: new Map() };

/** The current person and conversation. */
export const me = { name: "", channel: "", thread: null };

const BROKEN = 1011; // the server can't draw what is looked at, and would try it again in vain
const PATIENCE = 5000; // milliseconds

let socket;
let draw;

/** Keep a socket open, reconnecting as needed; `drawn` is called with each change. */
export function begin(drawn) {
  draw = drawn;
  connect(0);
}

function connect(wait) {
  setTimeout(() => {
    socket = new WebSocket(`ws://${location.host}/page/live`);
    socket.onopen = () => {
      wait = 0;
      document.body.classList.remove("away");
      if (me.name) ask({ as: me.name, channel: me.channel || undefined, thread: me.thread });
    };
    socket.onmessage = (frame) => take(JSON.parse(frame.data));
    socket.onclose = ({ code, reason }) => {
      document.body.classList.add("away");
      document.querySelector(".toolbar").dataset.away = reason || "not connected …";
      connect(code === BROKEN ? PATIENCE : Math.min(PATIENCE, wait ? wait * 2 : 250));
    };
  }, wait);
}

/** Change what the window shows: `{ as, channel, thread, older }`. */
export function ask(what) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(what));
}

function take(frame) {
  for (const name of ["messages", "thread"]) if (name in frame) merge(name, frame[name]);
  for (const name of Object.keys(state)) if (name in frame) state[name] = frame[name];
  draw(frame);
}

/** `of`: the channel or thread it belongs to, because the window may show another one by now. */
function merge(name, { of, changed, gone, whole }) {
  if (of !== (name === "thread" ? me.thread : me.channel)) return;
  const kept = whole ? new Map() : loaded[name];
  for (const ts of gone) kept.delete(ts);
  for (const each of changed) kept.set(each.ts, each);
  const inOrder = (one, other) => (one < other ? -1 : 1);
  loaded[name] = new Map([...kept.keys()].sort(inOrder).map((ts) => [ts, kept.get(ts)]));
}

/** Act as the current person; returns the answer, or throws an Error with one sentence. */
export async function act(name, what = {}) {
  return post(`/control/as/${me.name}/${name}`, what);
}

export async function post(path, what = {}, method = "POST") {
  const body = method === "DELETE" ? undefined : JSON.stringify(what);
  const answer = await fetch(path, { method, body, headers: { "Content-Type": "application/json" } });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.problem);
  return told;
}

/** The workspace's time in seconds since 1970; its clock may have been moved. */
export function now() {
  const { fake, then, rate } = state.toolbar.clock;
  return fake + (Date.now() / 1000 - then) * rate;
}

export const person = (id) => state.workspace.people.find((each) => each.id === id);
export const myself = () => state.workspace.people.find((each) => each.name === me.name);
export const zone = () => myself()?.tz ?? "UTC";
