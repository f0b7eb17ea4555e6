// A page whose bundler embeds the module.
import * as kmslab from "kmslab/bare";
import bytes from "kmslab/kmslab.wasm";
import { story } from "./story.mjs";

await kmslab.init(bytes);
globalThis.told = story(kmslab).then((one) => [one]);
