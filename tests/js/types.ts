// Compiled, not run: what TypeScript sees of the package.
import type { CreateCustomKeyStoreCommandInput, KMSClientConfig } from "@aws-sdk/client-kms";
import type { IAMClientConfig } from "@aws-sdk/client-iam";
import type { STSClientConfig } from "@aws-sdk/client-sts";
import {
  accessMatrix, actions, authorize, check, checks, conditionKeys, inspect, KmslabError, Lab, LabStore, PolicySet, RefusedError, version, whatCan, whoCan,
  type Account, type Credentials, type Decision, type Explanation, type Finding, type HttpAnswer, type Role, type TrailRecord,
  type User, type VpcEndpoint,
} from "../../bindings-wasm/pkg/index.js";
import { init } from "../../bindings-wasm/pkg/bare.js";

/** Whether nothing is known of T, which is what `any` and it alone says. */
type IsAny<T> = 0 extends 1 & T ? true : false;
const never = <T>(_: T, __: IsAny<T> extends true ? never : 0): void => {};

using lab = new Lab({ account: "111122223333", region: "eu-west-1", auth: "strict", seed: 1, now: new Date() });
const configs: [KMSClientConfig, IAMClientConfig, STSClientConfig] = [lab.clientConfig(), lab.clientConfig(), lab.clientConfig()];
const handler: NonNullable<KMSClientConfig["requestHandler"]> = lab.requestHandler();
const answer: HttpAnswer = lab.handle("POST", "https://kms.us-east-1.amazonaws.com/", {}, new Uint8Array());
const credentials: Credentials = lab.credentials;
const alice: User = lab.user("alice", { policy: { Version: "2012-10-17", Statement: [] } });
const app: Role = lab.role("app", { trust: [alice, "lambda.amazonaws.com"], tags: { team: "blue" } });
const other: Account = lab.account("444455556666");
const explained: Explanation = lab.explain(new Error());
const summary: string | undefined = explained.checks[0]?.summary;
const record: TrailRecord | undefined = lab.trail.at(-1);
const moment: Date = lab.clock.advance({ days: 7 });
const copy: Lab = Lab.open(lab.save());
const key: string = lab.key({ material: new Uint8Array(32), account: other });
const endpoint: VpcEndpoint = lab.vpcEndpoint({ service: "sts" });
lab.organization = { management_account: "111122223333", scps: { none: "{}" } };
lab.organization = null;
const inputs: CreateCustomKeyStoreCommandInput[] = [
  { CustomKeyStoreName: "mine", ...lab.hsm({ connectTime: { minutes: 5 } }).parameters },
  { CustomKeyStoreName: "outside", ...lab.externalKeyManager().parameters },
];
const total: number = lab.cost().total;
const states: string[] = [...lab.keys].map((line) => line.state);

const set = new PolicySet({ keyPolicy: "{}", scps: [["{}"], ["{}"]], grants: [{ Operations: ["Decrypt"], GranteePrincipal: "*" }] });
const question = { principal: alice, action: "kms:Decrypt", resource: key, context: { "aws:MultiFactorAuthPresent": true } };
const decisions: Decision[] = [set.authorize(question), authorize({ ...question, identityPolicies: [] })];
const findings: Finding[] = check({ Version: "2012-10-17", Statement: [] }, "key");
const who: string[] = [...whoCan("kms:Decrypt", key, lab)];
never(whatCan(app, lab).resources, 0);
never(accessMatrix({ principals: [{ arn: "*" }] }).access, 0);
never(inspect("").fields, 0);
never(checks(), 0);
never(actions()[0]?.resource, 0);
never(conditionKeys()[0]?.actions, 0);
never(explained.checks[0]?.stages[0]?.statements[0]?.elements[0]?.got, 0);
const store: Promise<Lab | undefined> = new LabStore().open("course");
const refused: KmslabError = new RefusedError("CreateUser", "EntityAlreadyExists", "…");
const started: Promise<void> = init(new URL("https://example.com/kmslab.wasm"));

// @ts-expect-error an account is text
new Lab({ account: 111122223333 });
// @ts-expect-error "perhaps" is no way to authenticate
new Lab({ auth: "perhaps" });
// @ts-expect-error a role is trusted by somebody, not by a number
lab.role("app", { trust: 1 });
// @ts-expect-error a request has a resource
authorize({ principal: alice, action: "kms:Decrypt" });
// @ts-expect-error nobody names policies so
check("{}", "resource");
// @ts-expect-error what is explained is not changed
explained.checks = [];
export {
  answer, app, configs, copy, credentials, decisions, endpoint, findings, handler, inputs, moment, record, refused, started, states, store,
  summary, total, version, who,
};
