// A CloudTrail record of KMS as a request: who asked for what, with the condition keys that the record tells.
// Source: CloudTrail User Guide, "CloudTrail record contents"; KMS Developer Guide, "Logging AWS KMS API calls"; IAM User
// Guide, "AWS global condition context keys".
import type { ContextRow } from "./scene";

export interface Imported {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: readonly ContextRow[];
  /** What AWS answered: `null` when the call was not refused. */
  readonly error: string | null;
  readonly message: string | null;
  /** When, as the record has it. */
  readonly at: string;
  /** What the record does not tell, for people. */
  readonly notes: readonly string[];
}

export class NoRecord extends Error {}

type Json = { readonly [member: string]: unknown };

const object = (value: unknown): Json => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {});
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Parameters of requests that are condition keys too. */
const PARAMETERS: Readonly<Record<string, string>> = {
  encryptionAlgorithm: "kms:EncryptionAlgorithm", signingAlgorithm: "kms:SigningAlgorithm", macAlgorithm: "kms:MacAlgorithm",
  messageType: "kms:MessageType", keyAgreementAlgorithm: "kms:KeyAgreementAlgorithm", wrappingAlgorithm: "kms:WrappingAlgorithm",
  wrappingKeySpec: "kms:WrappingKeySpec", expirationModel: "kms:ExpirationModel", keyPairSpec: "kms:DataKeyPairSpec",
  granteePrincipal: "kms:GranteePrincipal", retiringPrincipal: "kms:RetiringPrincipal", replicaRegion: "kms:ReplicaRegion",
  primaryRegion: "kms:PrimaryRegion", rotationPeriodInDays: "kms:RotationPeriodInDays",
  pendingWindowInDays: "kms:ScheduleKeyDeletionPendingWindowInDays",
  bypassPolicyLockoutSafetyCheck: "kms:BypassPolicyLockoutSafetyCheck",
};

/** Every condition key that an import may write, for the test that the engine knows them. */
export const KEYS: readonly string[] = [
  ...Object.values(PARAMETERS), "kms:GrantOperations", "kms:GrantConstraintType", "kms:RequestAlias", "kms:ViaService", "aws:CalledVia", "aws:ViaAWSService",
  "aws:SourceIp", "aws:VpcSourceIp", "aws:SourceVpce", "aws:RequestedRegion", "aws:UserAgent", "aws:SecureTransport",
  "aws:MultiFactorAuthPresent", "aws:SourceIdentity", "aws:CurrentTime",
];

/**
 * Reads a record: as the console shows it, one of `Records` of a log file (the first that was refused, else the first), or
 * an event of `LookupEvents`.
 * @throws {NoRecord} It is none, or none of KMS.
 */
export function imported(pasted: string): Imported {
  const record = recordOf(pasted);
  if (record.eventSource !== "kms.amazonaws.com") {
    throw new NoRecord(`This is a record of ${text(record.eventSource) || "no service"}, not of kms.amazonaws.com.`);
  }
  const notes: string[] = [];
  const message = text(record.errorMessage) || null;
  const parameters = object(record.requestParameters);
  const resource = resourceOf(record, message, parameters, notes);
  return {
    principal: principalOf(object(record.userIdentity), message, notes),
    action: actionOf(text(record.eventName), message, notes),
    resource,
    context: contextOf(record, parameters),
    error: text(record.errorCode) || null,
    message,
    at: text(record.eventTime),
    notes,
  };
}

function recordOf(pasted: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(pasted);
  } catch {
    throw new NoRecord("This is not JSON. Paste one CloudTrail record, from { to }.");
  }
  const wrapped = object(value);
  const records = Array.isArray(value) ? value : "Records" in wrapped ? list(wrapped.Records) : list(wrapped.Events);
  const chosen = object(records.find((each) => object(each).errorCode !== undefined) ?? records[0] ?? value);
  // The API gives the record as a text within its answer.
  const inner = text(chosen.CloudTrailEvent);
  if (inner) return recordOf(inner);
  if (!chosen.eventName) throw new NoRecord("This JSON is no CloudTrail record: it has no eventName.");
  return chosen;
}

/** "User: … is not authorized to perform: … on resource: …", where AWS says so. */
function said(message: string | null, what: "perform" | "resource" | "User"): string {
  const found = { User: /User: (\S+) is not/, perform: /to perform: ([\w:]+)/, resource: /on resource: (arn:\S+)/ }[what].exec(message ?? "");
  return found?.[1] ?? "";
}

function principalOf(identity: Json, message: string | null, notes: string[]): string {
  if (identity.type === "AWSService") return text(identity.invokedBy);
  const arn = text(identity.arn) || said(message, "User");
  if (arn) return arn;
  const account = text(identity.accountId);
  notes.push("The record does not name the caller, only the account: fill in the ARN of the user or role.");
  return account;
}

function actionOf(event: string, message: string | null, notes: string[]): string {
  const action = said(message, "perform");
  if (action) return action;
  if (event !== "ReEncrypt") return `kms:${event}`;
  notes.push("ReEncrypt needs kms:ReEncryptFrom on one key and kms:ReEncryptTo on the other: this is the first of them.");
  return "kms:ReEncryptFrom";
}

function resourceOf(record: Json, message: string | null, parameters: Json, notes: string[]): string {
  const listed = list(record.resources).map((each) => text(object(each).ARN)).find((arn) => arn.includes(":key/"));
  const arn = said(message, "resource") || listed;
  if (arn) return arn;
  const key = text(parameters.keyId);
  if (key.startsWith("arn:") && key.includes(":key/")) return key;
  if (/^(mrk-)?[0-9a-f-]{32,36}$/.test(key)) return `arn:aws:kms:${text(record.awsRegion)}:${text(record.recipientAccountId)}:key/${key}`;
  if (key) notes.push(`The record names the key by ${key} only: fill in the key's ARN.`);
  return "*";
}

function contextOf(record: Json, parameters: Json): ContextRow[] {
  const rows: ContextRow[] = [];
  const put = (key: string, value: unknown): void => {
    if (value !== undefined && value !== null && value !== "") rows.push({ key, value: String(value) });
  };
  for (const [name, value] of Object.entries(object(parameters.encryptionContext))) put(`kms:EncryptionContext:${name}`, value);
  for (const [parameter, key] of Object.entries(PARAMETERS)) put(key, parameters[parameter]);
  for (const operation of list(parameters.operations)) put("kms:GrantOperations", operation);
  for (const name of Object.keys(object(parameters.constraints))) put("kms:GrantConstraintType", name[0]?.toUpperCase() + name.slice(1));

  const [alias] = /alias\/[^:]+$/.exec(text(parameters.keyId)) ?? [];
  put("kms:RequestAlias", alias);

  const identity = object(record.userIdentity);
  const session = object(identity.sessionContext);
  const region = text(record.awsRegion);
  const service = identity.type === "AWSService" ? "" : text(identity.invokedBy);
  if (/^[a-z0-9-]+\.amazonaws\.com(\.cn)?$/.test(service)) {
    put("kms:ViaService", service.replace(".", `.${region}.`));
    put("aws:CalledVia", service);
    put("aws:ViaAWSService", true);
  } else {
    const source = text(record.sourceIPAddress), endpoint = text(record.vpcEndpointId);
    if (/^[0-9a-f.:]+$/i.test(source)) put(endpoint ? "aws:VpcSourceIp" : "aws:SourceIp", source);
    put("aws:SourceVpce", endpoint);
  }
  put("aws:RequestedRegion", region);
  put("aws:UserAgent", record.userAgent);
  put("aws:SecureTransport", record.tlsDetails === undefined ? undefined : true);
  put("aws:MultiFactorAuthPresent", object(session.attributes).mfaAuthenticated);
  put("aws:SourceIdentity", session.sourceIdentity);
  put("aws:CurrentTime", record.eventTime);
  return rows;
}
