"""
moto's server with rules of AWS added that moto leaves out. S3: a deny in a bucket policy spares the principals that its condition
`ArnNotLike: {aws:PrincipalArn: [...]}` names. The caller of a request is the user or role its key
was issued for; one that IAM does not know is the user of its name.
API Gateway: a deployment keeps what it publishes (policy, gateway responses, default endpoint), which
`/sandbox/deployments/<api>/<deployment>` shows; one that a stage points to is not deleted; a policy is answered escaped and
taken away by an empty one; `false` is false. IAM: see identities.py; functions, queues, secrets: see integrations.py.
"""

import json
import sys
from fnmatch import fnmatchcase
from types import ModuleType

from flask import has_request_context, request
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket
from moto.server import DomainDispatcherApplication, main
from werkzeug.wrappers import Response


def not_installed(*_, **__):
    raise NotImplementedError("this simulator takes no API from an OpenAPI document")


# moto needs it for OpenAPI documents only, and imports it for every API.
for name in ("", ".validation", ".validation.exceptions"):
    sys.modules["openapi_spec_validator" + name] = ModuleType("openapi_spec_validator" + name)
sys.modules["openapi_spec_validator"].validate_spec = not_installed
sys.modules["openapi_spec_validator.validation.exceptions"].OpenAPIValidationError = ValueError

from moto.apigateway.exceptions import DeploymentNotFoundException, StageStillActive  # noqa: E402
from moto.apigateway.models import RestAPI  # noqa: E402

import identities  # noqa: E402
import integrations  # noqa: E402


def caller(partition):
    account = "123456789012"
    key = identities.key_of(request.headers) if has_request_context() else None
    if key is None:
        return "anonymous"
    return identities.arn_of(key, account, partition) or f"arn:{partition}:iam::{account}:user/{key}"


def applies(statement, arn):
    """Removes the one condition it understands; any other is left for moto to judge."""
    patterns = statement.get("Condition", {}).get("ArnNotLike", {}).pop("aws:PrincipalArn", [])
    conditions = {name: keys for name, keys in statement.pop("Condition", {}).items() if keys}
    if conditions:
        statement["Condition"] = conditions
    patterns = [patterns] if isinstance(patterns, str) else patterns
    return not any(fnmatchcase(arn, pattern) for pattern in patterns)


def permission(text, action, resource, partition):
    if not text:
        return PermissionResult.NEUTRAL
    policy = json.loads(text)
    arn = caller(partition)
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    policy["Statement"] = [each for each in statements if applies(each, arn)]
    return IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)


def get_permission(self, action, resource):
    return permission(self.policy, action, resource, self.partition)


FakeBucket.get_permission = get_permission

published = {}


def with_publishing(create_deployment):
    def create(self, *args, **kwargs):
        deployment = create_deployment(self, *args, **kwargs)
        published[f"{self.id}/{deployment.id}"] = {
            "policy": json.loads(self.policy) if self.policy else None,
            "responses": {name: each.to_json() for name, each in self.gateway_responses.items()},
            "disableExecuteApiEndpoint": self.disableExecuteApiEndpoint,
        }
        return deployment

    return create


def get_deployment(self, deployment_id):
    if deployment_id not in self.deployments:
        raise DeploymentNotFoundException()
    return self.deployments[deployment_id]


def with_active_stages(delete_deployment):
    def delete(self, deployment_id):
        if any(stage.deployment_id == deployment_id for stage in self.stages.values()):
            raise StageStillActive()
        return delete_deployment(self, deployment_id)

    return delete


def with_true_values(apply_patch_operations):
    def apply_operations(self, operations):
        apply_patch_operations(self, operations)
        for each in operations:
            if each["path"] == "/disableExecuteApiEndpoint":
                self.disableExecuteApiEndpoint = str(each["value"]).lower() == "true"

    return apply_operations


def with_escaped_policy(to_dict):
    def answer(self):
        shown = to_dict(self)
        policy = shown.pop("policy", None)
        return {**shown, "policy": json.dumps(policy)[1:-1]} if policy else shown

    return answer


def with_published(application):
    def answer(self, environ, start_response):
        path = environ.get("PATH_INFO", "")
        if not path.startswith("/sandbox/deployments/"):
            return application(self, environ, start_response)
        found = published.get(path.removeprefix("/sandbox/deployments/"))
        body = json.dumps(found)
        status = 404 if found is None else 200
        return Response(body, status, content_type="application/json")(environ, start_response)

    return answer


RestAPI.get_deployment = get_deployment
RestAPI.create_deployment = with_publishing(RestAPI.create_deployment)
RestAPI.delete_deployment = with_active_stages(RestAPI.delete_deployment)
RestAPI.apply_patch_operations = with_true_values(RestAPI.apply_patch_operations)
RestAPI.to_dict = with_escaped_policy(RestAPI.to_dict)
DomainDispatcherApplication.__call__ = with_published(DomainDispatcherApplication.__call__)
identities.install()
integrations.install(permission)
main(sys.argv[1:])
