# A key gets new material every 90 days, and still opens what the
# old material has sealed. Move the clock by a year, then run this
# again with "Go on with this lab".
import boto3
from botocore.exceptions import ClientError

kms = boto3.client("kms")

try:
    found = kms.describe_key(KeyId="alias/rotated")
    key = found["KeyMetadata"]["KeyId"]
except kms.exceptions.NotFoundException:
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/rotated", TargetKeyId=key)
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)

for rotation in kms.list_key_rotations(KeyId=key)["Rotations"]:
    print(rotation["RotationDate"], rotation["RotationType"])
status = kms.get_key_rotation_status(KeyId=key)
print("next:", status["NextRotationDate"])

try:
    kms.rotate_key_on_demand(KeyId=key)
except ClientError as error:
    print(error)
kms.encrypt(KeyId=key, Plaintext=b"by the newest material")
