// What both roads must do: the wasm lab and the server, each behind the same SDK clients.
import assert from "node:assert/strict";
import { AttachUserPolicyCommand, CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateAliasCommand, CreateKeyCommand, DecryptCommand, DescribeKeyCommand, EncryptCommand, GenerateDataKeyCommand,
  ListAliasesCommand, ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";

const bytes = (text) => new TextEncoder().encode(text);
const text = (data) => new TextDecoder().decode(data);

/** The error that `promise` ends with. */
export async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  assert.fail("it was not refused");
}

/**
 * @param clients `(credentials) => ({ kms, iam, sts })`
 * @param administrator credentials
 * @returns what a caller may look at further
 */
export async function story(clients, administrator) {
  const { kms, iam, sts } = clients(administrator);
  const { Account } = await sts.send(new GetCallerIdentityCommand({}));
  assert.match(Account, /^\d{12}$/);

  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: "from JavaScript" }));
  const KeyId = KeyMetadata.Arn;
  assert.equal(KeyMetadata.AWSAccountId, Account);
  assert.ok(Math.abs(KeyMetadata.CreationDate - Date.now()) < 60_000);
  await kms.send(new CreateAliasCommand({ AliasName: "alias/app", TargetKeyId: KeyId }));
  const { Aliases } = await kms.send(new ListAliasesCommand({ KeyId }));
  assert.deepEqual(Aliases.map((alias) => alias.AliasName), ["alias/app"]);

  const EncryptionContext = { tenant: "blå", "a b": "c+d/é" };
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({ KeyId: "alias/app", Plaintext: bytes("hello"), EncryptionContext }));
  const opened = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
  assert.equal(text(opened.Plaintext), "hello");
  assert.equal(opened.KeyId, KeyId);
  assert.equal((await refusal(kms.send(new DecryptCommand({ CiphertextBlob })))).name, "InvalidCiphertextException");
  const dataKey = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }));
  assert.equal(dataKey.Plaintext.length, 32);

  // A second user, with nothing but a policy for one of the operations.
  await iam.send(new CreateUserCommand({ UserName: "alice" }));
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid: "Only", Effect: "Allow", Action: "kms:Encrypt", Resource: KeyId }],
  });
  await iam.send(new PutUserPolicyCommand({ UserName: "alice", PolicyName: "encrypt", PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "alice" }));
  const credentials = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
  const alice = clients(credentials);
  assert.equal((await alice.sts.send(new GetCallerIdentityCommand({}))).Arn, `arn:aws:iam::${Account}:user/alice`);
  await alice.kms.send(new EncryptCommand({ KeyId, Plaintext: bytes("hello") }));
  // Without KeyId, AWS does not tell the key.
  const blind = await refusal(alice.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext })));
  const who = `User: arn:aws:iam::${Account}:user/alice is not authorized to perform: kms:Decrypt`;
  const why = "because no identity-based policy allows the kms:Decrypt action";
  assert.equal(blind.message, `${who} on the resource associated with this ciphertext ${why}`);
  const denied = await refusal(alice.kms.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext })));
  assert.equal(denied.name, "AccessDeniedException");
  assert.equal(denied.$metadata.httpStatusCode, 400);
  assert.equal(denied.message, `${who} on resource: ${KeyId} ${why}`);
  const deniedByIam = await refusal(alice.iam.send(
    new AttachUserPolicyCommand({ UserName: "alice", PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" })));
  assert.equal(deniedByIam.name, "AccessDenied");
  assert.equal(deniedByIam.$metadata.httpStatusCode, 403);

  // Signatures are verified.
  const forged = clients({ ...credentials, secretAccessKey: `${"x".repeat(40)}` });
  assert.equal((await refusal(forged.kms.send(new DescribeKeyCommand({ KeyId })))).name, "InvalidSignatureException");
  assert.equal((await refusal(forged.sts.send(new GetCallerIdentityCommand({})))).name, "SignatureDoesNotMatch");
  const unknown = clients({ ...credentials, accessKeyId: "AKIAAAAAAAAAAAAAAAAA" });
  assert.equal((await refusal(unknown.kms.send(new DescribeKeyCommand({ KeyId })))).name, "UnrecognizedClientException");
  assert.equal((await refusal(unknown.iam.send(new CreateUserCommand({ UserName: "x" })))).name, "InvalidClientTokenId");

  const { DeletionDate } = await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  return { Account, KeyId, DeletionDate, kms, denied };
}
