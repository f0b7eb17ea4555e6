// A worker thread of Node.
import { parentPort } from "node:worker_threads";
import * as kmslab from "kmslab";
import { story } from "./story.mjs";

parentPort.postMessage(await story(kmslab));
