// The navigation functions; `main.js` sets them, so that rendering code doesn't depend on it.

export const go = {
  channel: (id) => {},
  type: (text) => {}, // puts it into the message box
  thread: (ts) => {},
  file: (id) => {},
  permalink: (path) => {},
};
