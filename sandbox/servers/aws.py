"""
moto's server with one rule of AWS added that moto leaves out: a deny in a bucket policy spares the principals that its condition
`ArnNotLike: {aws:PrincipalArn: [...]}` names. The caller of a request is the IAM user named like its access key.
"""

import json
import re
import sys
from fnmatch import fnmatchcase

from flask import has_request_context, request
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket
from moto.server import main


def caller(partition):
    header = request.headers.get("Authorization", "") if has_request_context() else ""
    key = re.search(r"Credential=([^/]+)/", header)
    return f"arn:{partition}:iam::123456789012:user/{key.group(1)}" if key else "anonymous"


def applies(statement, arn):
    """Removes the one condition it understands; any other is left for moto to judge."""
    patterns = statement.get("Condition", {}).get("ArnNotLike", {}).pop("aws:PrincipalArn", [])
    conditions = {name: keys for name, keys in statement.pop("Condition", {}).items() if keys}
    if conditions:
        statement["Condition"] = conditions
    patterns = [patterns] if isinstance(patterns, str) else patterns
    return not any(fnmatchcase(arn, pattern) for pattern in patterns)


def get_permission(self, action, resource):
    if self.policy is None:
        return PermissionResult.NEUTRAL
    policy = json.loads(self.policy)
    arn = caller(self.partition)
    policy["Statement"] = [each for each in policy["Statement"] if applies(each, arn)]
    return IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)


FakeBucket.get_permission = get_permission
main(sys.argv[1:])
