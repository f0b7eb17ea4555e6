# Bob is refused. Open the refused call in the trail:
# it says why, and what would have let him in.
import boto3
from botocore.exceptions import ClientError

kms = boto3.client("kms")
iam = boto3.client("iam")

key = kms.create_key(Description="greetings")["KeyMetadata"]
kms.create_alias(AliasName="alias/greetings", TargetKeyId=key["KeyId"])
context = {"tenant": "blue"}
sealed = kms.encrypt(
    KeyId="alias/greetings",
    Plaintext=b"Hello!",
    EncryptionContext=context,
)["CiphertextBlob"]

iam.create_user(UserName="bob")
pair = iam.create_access_key(UserName="bob")["AccessKey"]
bob = boto3.client(
    "kms",
    aws_access_key_id=pair["AccessKeyId"],
    aws_secret_access_key=pair["SecretAccessKey"],
)
try:
    bob.decrypt(CiphertextBlob=sealed, EncryptionContext=context)
except ClientError as error:
    print(error)
