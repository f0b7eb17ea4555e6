// A web worker of the page.
import * as kmslab from "kmslab";
import { story } from "./story.mjs";

postMessage(await story(kmslab));
