"""A first KMS key: what it does, who may use it, and who decides that.

Plain boto3. It runs against AWS KMS, IAM and STS as they are; with kmslab it runs in this process or against a local
server, and nothing of it has to be changed:

    kmslab run --explain examples/first_key.py
    eval "$(kmslab serve --print-env &)"; python examples/first_key.py
"""

import json
import time
from collections.abc import Callable

import boto3
from botocore.exceptions import ClientError

ALIAS = "alias/first-key"
USER = "first-key-bob"
CONTEXT = {"purpose": "greeting", "tenant": "blue"}


def step(text: str) -> None:
    """Prints what comes next."""
    print(f"\n== {text}")


def wait_for(what: str, attempt: Callable[[], object]) -> object:
    """Calls `attempt` until it is allowed: in AWS, changes of permissions take some seconds to be seen everywhere."""
    for pause in (0, 1, 2, 4, 8, 16):
        time.sleep(pause)
        try:
            return attempt()
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("AccessDeniedException", "AccessDenied"):
                raise
            last = error
    raise RuntimeError(f"{what} is still denied") from last


def denied(what: str, attempt: Callable[[], object]) -> None:
    """Calls `attempt`, which must be denied, and prints AWS's sentence."""
    try:
        attempt()
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDeniedException":
            raise
        print(f"{what}: {error.response['Error']['Message']}")
    else:
        raise RuntimeError(f"{what} should have been denied")


def main() -> None:
    """Runs the whole lesson."""
    kms = boto3.client("kms")
    iam = boto3.client("iam")
    me = boto3.client("sts").get_caller_identity()
    print(f"I am {me['Arn']}, in account {me['Account']}, Region {kms.meta.region_name}.")

    step("A key, and a name for it")
    key = kms.create_key(Description="my first key", Tags=[{"TagKey": "course", "TagValue": "first-key"}])[
        "KeyMetadata"
    ]
    kms.create_alias(AliasName=ALIAS, TargetKeyId=key["KeyId"])
    print(f"{ALIAS} -> {key['Arn']} ({key['KeyState']}, {key['KeySpec']})")

    step("Encrypt, with an encryption context: it is not secret, and must be the same again to decrypt")
    sealed = kms.encrypt(KeyId=ALIAS, Plaintext=b"Hello, key!", EncryptionContext=CONTEXT)["CiphertextBlob"]
    print(f"11 bytes became {len(sealed)}.")

    step("Decrypt: the ciphertext knows its key")
    opened = kms.decrypt(CiphertextBlob=sealed, EncryptionContext=CONTEXT)
    print(f"{opened['Plaintext'].decode()!r}, by {opened['KeyId']}")
    try:
        kms.decrypt(CiphertextBlob=sealed, EncryptionContext={"purpose": "greeting", "tenant": "red"})
    except kms.exceptions.InvalidCiphertextException as error:
        print(f"With another context: {error.response['Error']['Code']}.")

    step("A data key, for data that does not fit into 4096 bytes: use the plaintext, store the sealed copy")
    data_key = kms.generate_data_key(KeyId=ALIAS, KeySpec="AES_256", EncryptionContext=CONTEXT)
    again = kms.decrypt(CiphertextBlob=data_key["CiphertextBlob"], EncryptionContext=CONTEXT)
    assert again["Plaintext"] == data_key["Plaintext"]
    print(f"A key of {len(data_key['Plaintext'])} bytes, and its sealed copy of {len(data_key['CiphertextBlob'])}.")

    step("What there is")
    for page in kms.get_paginator("list_aliases").paginate(KeyId=key["KeyId"]):
        for alias in page["Aliases"]:
            print(f"{alias['AliasName']} -> {alias['TargetKeyId']}")

    step(f"A second user, {USER}, who has an access key and no permission")
    user = iam.create_user(UserName=USER)["User"]
    access_key = iam.create_access_key(UserName=USER)["AccessKey"]
    bob = boto3.client(
        "kms",
        aws_access_key_id=access_key["AccessKeyId"],
        aws_secret_access_key=access_key["SecretAccessKey"],
    )
    bobs_sts = boto3.client(
        "sts",
        aws_access_key_id=access_key["AccessKeyId"],
        aws_secret_access_key=access_key["SecretAccessKey"],
    )
    for pause in (0, 1, 2, 4, 8, 16):  # in AWS, a new access key takes some seconds
        time.sleep(pause)
        try:
            print(f"Bob is {bobs_sts.get_caller_identity()['Arn']}.")
            break
        except ClientError:
            continue

    def decrypt() -> bytes:
        plaintext: bytes = bob.decrypt(CiphertextBlob=sealed, EncryptionContext=CONTEXT)["Plaintext"]
        return plaintext

    denied("Bob decrypts", decrypt)

    step("An IAM policy lets him: the key's default policy leaves the decision to the account's IAM policies")
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "ReadGreetings", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": key["Arn"]}],
    }
    iam.put_user_policy(UserName=USER, PolicyName="decrypt-first-key", PolicyDocument=json.dumps(policy, indent=2))
    print(f"Bob decrypts: {wait_for('Decrypt', decrypt)!r}")

    step("The key policy, without the statement that leaves the decision to IAM: only its administrator is named")
    default_policy = kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"]
    only_me = {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "OnlyMe", "Effect": "Allow", "Principal": {"AWS": me["Arn"]}, "Action": "kms:*", "Resource": "*"}
        ],
    }
    kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=json.dumps(only_me, indent=2))
    denied("Bob decrypts", decrypt)

    step("A grant lets him, whatever IAM says, and only with the context it names")
    grant = kms.create_grant(
        KeyId=key["KeyId"],
        GranteePrincipal=user["Arn"],
        Operations=["Decrypt"],
        Constraints={"EncryptionContextSubset": {"tenant": "blue"}},
    )
    print(f"Bob decrypts: {wait_for('Decrypt', decrypt)!r}")
    red = kms.encrypt(KeyId=ALIAS, Plaintext=b"not for Bob", EncryptionContext={"tenant": "red"})["CiphertextBlob"]
    denied(
        "Bob decrypts for another tenant", lambda: bob.decrypt(CiphertextBlob=red, EncryptionContext={"tenant": "red"})
    )

    step("Tidy up")
    kms.revoke_grant(KeyId=key["KeyId"], GrantId=grant["GrantId"])
    kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=default_policy)
    iam.delete_user_policy(UserName=USER, PolicyName="decrypt-first-key")
    iam.delete_access_key(UserName=USER, AccessKeyId=access_key["AccessKeyId"])
    iam.delete_user(UserName=USER)
    kms.delete_alias(AliasName=ALIAS)
    deletion = kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
    print(
        f"The key is {deletion['KeyState']}; it and all it has sealed are lost on {deletion['DeletionDate']:%Y-%m-%d}."
    )


if __name__ == "__main__":
    main()
