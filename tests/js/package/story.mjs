// What the package does wherever it was installed: bundled, in a worker, in a page.
import { GetUserCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

// The SDK's clients of XML services need a DOMParser in what bundlers make for browsers, and web workers have none.
const withoutXml = "WorkerGlobalScope" in globalThis;

/** @param kmslab The package, as the host loads it. */
export async function story(kmslab) {
  const { authorize, check, Envelope, Lab, LabStore } = kmslab;
  const lab = new Lab();
  const kms = new KMSClient(lab.clientConfig());
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const sealed = await kms.send(new EncryptCommand({ KeyId: KeyMetadata.KeyId, Plaintext: new TextEncoder().encode("hello") }));
  const opened = await kms.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob }));

  const alice = lab.user("alice");
  if (!withoutXml) {
    const { User } = await new IAMClient(lab.clientConfig()).send(new GetUserCommand({ UserName: "alice" }));
    const { Arn } = await new STSClient(alice.clientConfig()).send(new GetCallerIdentityCommand({}));
    if (User.Arn !== alice.arn || Arn !== alice.arn) throw new Error(`${User.Arn} and ${Arn} should be ${alice.arn}`);
  }
  let denied;
  try {
    await new KMSClient(alice.clientConfig()).send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob }));
  } catch (error) {
    denied = error;
  }

  let kept = "no IndexedDB";
  if (globalThis.indexedDB) {
    const store = new LabStore("kmslab-test");
    await store.save("course", lab);
    const again = await store.open("course");
    kept = `${await store.names()}: ${again.trail.length === lab.trail.length}, ${await store.open("other")}`;
    await store.delete("course");
  }
  // So much that WebCrypto makes the frames, and the module the last one.
  const envelope = new Envelope({ kind: "aes", namespace: "tests", name: "own", key: new Uint8Array(32) });
  const large = await envelope.open(await envelope.seal(new Uint8Array(100_000).fill(7)));
  return {
    large: `${large.byteLength} bytes of ${new Set(large).values().next().value}`,
    plaintext: new TextDecoder().decode(opened.Plaintext),
    denied: denied?.name,
    decided: lab.explain(denied).checks.at(-1).reason,
    alone: authorize({ principal: alice, action: "kms:Decrypt", resource: KeyMetadata.Arn }).reason,
    findings: check({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" }] })[0].code,
    kept,
  };
}
