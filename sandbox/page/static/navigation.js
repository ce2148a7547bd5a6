// Where a click can lead. `main.js` says how; here so that what is drawn needn't know it.

export const go = {
  channel: (id) => {},
  thread: (ts) => {},
  file: (id) => {},
  permalink: (path) => {},
};
