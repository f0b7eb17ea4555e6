# Data of any size: a data key of KMS seals it, and travels with it, sealed itself. Look at both ciphertexts.
import boto3
import kmslab

kms = boto3.client("kms")
key = kms.create_key()["KeyMetadata"]["Arn"]
kms.create_alias(AliasName="alias/files", TargetKeyId=key)

data_key = kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext={"file": "report"})
print(f"a data key of {len(data_key['Plaintext'])} bytes, sealed in {len(data_key['CiphertextBlob'])}")

envelope = kmslab.Envelope(key, client=kms)
message = envelope.seal(b"A report. " * 20, {"file": "report"})
print(f"200 bytes became {len(message)}: a message of the AWS Encryption SDK")
print(envelope.open(message)[:9].decode())
