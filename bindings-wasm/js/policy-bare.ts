// The types of `kmslab/policy/bare`, whose script is that of `kmslab/bare` beside the other index.
export { init, initAtOnce } from "./loading.js";
export * from "./policy-index.js";
