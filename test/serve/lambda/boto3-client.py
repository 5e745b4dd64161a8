"""What boto3 does with the Lambda API of the endpoint whose URL is the argument. Fails with an assertion."""
import base64
import io
import json
import sys
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

functions = boto3.client(
    "lambda",
    endpoint_url=sys.argv[1],
    region_name="eu-west-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
    config=Config(retries={"max_attempts": 0}),
)


def package(source):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.mjs", source)
    return content.getvalue()


created = functions.create_function(
    FunctionName="f",
    Runtime="nodejs24.x",
    Handler="index.handler",
    Role="arn:aws:iam::000000000000:role/test",
    Code={"ZipFile": package("export const handler = async (event) => { console.log('seen'); return event.n + 1; };")},
)
assert created["State"] == "Active", created
functions.get_waiter("function_active_v2").wait(FunctionName="f")

reply = functions.invoke(FunctionName=created["FunctionArn"], Payload=json.dumps({"n": 1}), LogType="Tail")
assert (reply["StatusCode"], json.loads(reply["Payload"].read())) == (200, 2), reply
assert "\tINFO\tseen\n" in base64.b64decode(reply["LogResult"]).decode()

functions.update_function_code(FunctionName="f", ZipFile=package("export const handler = async () => { throw new Error('no') };"))
functions.get_waiter("function_updated_v2").wait(FunctionName="f")
reply = functions.invoke(FunctionName="f")
assert reply["FunctionError"] == "Unhandled", reply
assert json.loads(reply["Payload"].read())["errorMessage"] == "no"
assert functions.invoke(FunctionName="f", InvocationType="Event")["StatusCode"] == 202

pages = functions.get_paginator("list_functions").paginate()
assert [each["FunctionName"] for page in pages for each in page["Functions"]] == ["f"]
functions.delete_function(FunctionName="f")
try:
    functions.get_function(FunctionName="f")
except functions.exceptions.ResourceNotFoundException as error:
    assert "Function not found" in str(error)
else:
    raise AssertionError("it is still there")
try:
    functions.invoke(FunctionName="f", Payload="{")
except ClientError as error:
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 404, error

print("boto3", boto3.__version__, "ok")
