// Has a worker run the example, and keeps what it printed for the test.
const worker = new Worker("worker.mjs", { type: "module" });
worker.onmessage = ({ data }) => { globalThis.told = data; };
worker.onerror = (event) => { globalThis.told = { wrong: event.message }; };
