// For whoever brings the module: other hosts, bundlers that embed it, pages that load it when it is needed.
export { init, initAtOnce } from "./loading.js";
export * from "./index.js";
