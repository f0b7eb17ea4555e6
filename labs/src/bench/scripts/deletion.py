# The end of a key. Move the clock: for seven days the first
# key is pending deletion, then it is gone for good.
import boto3

kms = boto3.client("kms")

for name, days in (("alias/soon", 7), ("alias/later", 30)):
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=name, TargetKeyId=key)
    kms.encrypt(KeyId=name, Plaintext=b"lost with its key")
    end = kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=days)
    print(name, "is", end["KeyState"], "until", end["DeletionDate"])

kept = kms.create_key()["KeyMetadata"]["KeyId"]
kms.create_alias(AliasName="alias/kept", TargetKeyId=kept)
