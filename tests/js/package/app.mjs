// A page: the story in the page and in a worker, told in the title.
import * as kmslab from "kmslab";
import { story } from "./story.mjs";

const inWorker = new Promise((resolve, reject) => {
  const worker = new Worker(new URL("./worker.mjs", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => reject(new Error(event.message));
});
globalThis.told = Promise.all([story(kmslab), inWorker]);
