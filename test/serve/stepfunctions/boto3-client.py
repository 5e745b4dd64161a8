"""What a Python program asks of the Step Functions endpoint, found as `fanout serve` says: by environment variables."""

import json

import boto3
from botocore.config import Config

client = boto3.client("stepfunctions", config=Config(inject_host_prefix=False))
definition = json.dumps({"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}})
role = "arn:aws:iam::000000000000:role/test"

standard = client.create_state_machine(name="python", definition=definition, roleArn=role)["stateMachineArn"]
execution = client.start_execution(stateMachineArn=standard, input='{"a": 1}')["executionArn"]
while client.describe_execution(executionArn=execution)["status"] == "RUNNING":
    pass
pages = client.get_paginator("get_execution_history").paginate(executionArn=execution, PaginationConfig={"PageSize": 1})
assert [event["id"] for page in pages for event in page["events"]] == [1, 2, 3, 4]

express = client.create_state_machine(name="fast", definition=definition, roleArn=role, type="EXPRESS")
answer = client.start_sync_execution(stateMachineArn=express["stateMachineArn"], input="[1]")
assert (answer["status"], answer["output"]) == ("SUCCEEDED", "[1]"), answer
assert answer["startDate"].year > 2000

try:
    client.describe_execution(executionArn=execution + "x")
    raise AssertionError("it is not there")
except client.exceptions.ExecutionDoesNotExist as error:
    assert error.response["Error"]["Message"] == f"Execution Does Not Exist: '{execution}x'", error

print("boto3 ok")
