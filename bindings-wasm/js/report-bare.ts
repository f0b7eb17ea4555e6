// The types of `kmslab/report/bare`, whose script is that of `kmslab/bare` beside the other index.
export { init, initAtOnce } from "./loading.js";
export * from "./report-index.js";
