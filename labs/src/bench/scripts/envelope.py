# Data of any size: a data key of KMS seals it, and travels with
# it, sealed itself. Look at both ciphertexts.
import boto3
import kmslab

kms = boto3.client("kms")
key = kms.create_key()["KeyMetadata"]["Arn"]
kms.create_alias(AliasName="alias/files", TargetKeyId=key)

context = {"file": "report"}
data_key = kms.generate_data_key(
    KeyId=key, KeySpec="AES_256", EncryptionContext=context
)
print(len(data_key["Plaintext"]), "bytes of data key,")
print(len(data_key["CiphertextBlob"]), "bytes when it is sealed")

envelope = kmslab.Envelope(key, client=kms)
message = envelope.seal(b"A report. " * 20, context)
print("200 bytes became", len(message))
print(envelope.open(message)[:9].decode())
