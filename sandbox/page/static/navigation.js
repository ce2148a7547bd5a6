// Where a click can lead. `main.js` says how; here so that what is drawn needn't know it.

export const go = {
  channel: (id) => {},
  type: (text) => {}, // puts it into the message box
  thread: (ts) => {},
  file: (id) => {},
  permalink: (path) => {},
};
