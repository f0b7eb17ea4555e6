// Compiled, not run: what TypeScript sees of the module.
import { Lab, type Credentials, type Explained, type HttpAnswer, type TrailRecord } from "../../bindings-wasm/pkg/web/kmslab.js";

const lab = new Lab("111122223333", { region: "eu-west-1", auth: "strict", seed: 1, now: new Date() });
const answer: HttpAnswer = lab.handle({ method: "POST", target: "/", headers: {}, body: new Uint8Array() });
const status: number = answer.status;
const credentials: Credentials = lab.credentials;
const explained: Explained | undefined = lab.explain();
const summary: string | undefined = explained?.checks[0]?.summary;
const records: TrailRecord[] = lab.trail(1);
const moment: Date = lab.advance(60);
const copy: Lab = Lab.open(lab.save());
// @ts-expect-error an account is text
new Lab(111122223333);
// @ts-expect-error "perhaps" is no way to authenticate
new Lab(undefined, { auth: "perhaps" });
// @ts-expect-error a request needs its target
lab.handle({ method: "POST", headers: {} });
export { status, credentials, summary, records, moment, copy };
