"""What boto3 and its transfer manager do with the endpoint whose URL is the argument. Fails with an assertion."""
import hashlib
import io
import sys

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

s3 = boto3.client(
    "s3",
    endpoint_url=sys.argv[1],
    region_name="us-east-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
    config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}),
)


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
    else:
        raise AssertionError(f"not refused with {code}")


s3.create_bucket(Bucket="boto")
assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["boto"]
refused("404", s3.head_bucket, Bucket="missing")

# Objects of every kind of key, whole and in ranges.
keys = ["a//b", "../x", "end/", "100%", "a+b c", "\U0001f600/ü", "a&<b>", "x" * 1024]
for key in keys:
    s3.put_object(Bucket="boto", Key=key, Body=key.encode(), ContentType="text/x", Metadata={"length": str(len(key))})
    got = s3.get_object(Bucket="boto", Key=key)
    assert (got["Body"].read(), got["ContentType"]) == (key.encode(), "text/x")
    assert got["Metadata"] == {"length": str(len(key))}
assert s3.get_object(Bucket="boto", Key="100%", Range="bytes=-2")["Body"].read() == b"0%"
refused("InvalidRange", s3.get_object, Bucket="boto", Key="100%", Range="bytes=4-")
refused("NoSuchKey", s3.get_object, Bucket="boto", Key="none")
refused("404", s3.head_object, Bucket="boto", Key="none")
refused("304", s3.get_object, Bucket="boto", Key="100%", IfNoneMatch=s3.head_object(Bucket="boto", Key="100%")["ETag"])
refused("PreconditionFailed", s3.put_object, Bucket="boto", Key="100%", Body=b"", IfNoneMatch="*")

# Lists come back decoded, page by page.
pages = s3.get_paginator("list_objects_v2").paginate(Bucket="boto", PaginationConfig={"PageSize": 3})
assert [entry["Key"] for page in pages for entry in page["Contents"]] == sorted(keys, key=lambda key: key.encode())
grouped = s3.list_objects_v2(Bucket="boto", Delimiter="/")
assert [entry["Prefix"] for entry in grouped["CommonPrefixes"]] == ["../", "a/", "end/", "\U0001f600/"]
old = s3.get_paginator("list_objects").paginate(Bucket="boto", PaginationConfig={"PageSize": 2})
assert [entry["Key"] for page in old for entry in page["Contents"]] == sorted(keys, key=lambda key: key.encode())

# Every checksum that needs no further package.
for algorithm in ["CRC32", "SHA1", "SHA256"]:
    s3.put_object(Bucket="boto", Key="sum", Body=io.BytesIO(b"123456789"), ChecksumAlgorithm=algorithm)
    got = s3.get_object(Bucket="boto", Key="sum", ChecksumMode="ENABLED")
    assert got[f"Checksum{algorithm}"] and got["Body"].read() == b"123456789"
refused("BadDigest", s3.put_object, Bucket="boto", Key="sum", Body=b"x", ChecksumCRC32="AAAAAA==")

# The transfer manager: parts there and back, and a copy in parts.
content = bytes(range(256)) * 4096 * 13
settings = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20, max_concurrency=3)
s3.upload_fileobj(io.BytesIO(content), "boto", "large", Config=settings)
assert s3.head_object(Bucket="boto", Key="large")["ETag"].endswith('-3"')
back = io.BytesIO()
s3.download_fileobj("boto", "large", back, Config=settings)
assert hashlib.md5(back.getvalue()).digest() == hashlib.md5(content).digest()
s3.copy({"Bucket": "boto", "Key": "large"}, "boto", "large copy", Config=settings)
assert s3.head_object(Bucket="boto", Key="large copy")["ContentLength"] == len(content)

# An upload whose creation names no checksum takes the parts that bring one.
upload = s3.create_multipart_upload(Bucket="boto", Key="plain")["UploadId"]
part = s3.upload_part(Bucket="boto", Key="plain", UploadId=upload, PartNumber=1, Body=b"part")
parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
s3.complete_multipart_upload(Bucket="boto", Key="plain", UploadId=upload, MultipartUpload=parts)
assert s3.get_object(Bucket="boto", Key="plain")["Body"].read() == b"part"

refused("BucketNotEmpty", s3.delete_bucket, Bucket="boto")
everything = [entry["Key"] for entry in s3.list_objects_v2(Bucket="boto")["Contents"]]
deleted = s3.delete_objects(Bucket="boto", Delete={"Objects": [{"Key": key} for key in everything]})
assert sorted(entry["Key"] for entry in deleted["Deleted"]) == sorted(everything)
s3.delete_bucket(Bucket="boto")
print("boto3", boto3.__version__, "ok")
