"""
Rules of AWS that moto leaves out, for what runs a back end and carries its exchange with others. Lambda runs no code: a call is
answered at once. A function with no concurrency takes no call and no batch of a queue; a deleted event source mapping feeds
nothing. A deny in the policy of a queue or a secret is obeyed. A queue keeps its policy when other attributes are set.
"""

from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.core.config import default_user_config
from moto.core.exceptions import JsonRESTError
from moto.iam.access_control import PermissionResult
from moto.secretsmanager.responses import SecretsManagerResponse
from moto.sqs.exceptions import SQSException
from moto.sqs.models import Queue
from moto.sqs.responses import SQSResponse


class TooManyRequests(JsonRESTError):
    code = 429

    def __init__(self):
        super().__init__("TooManyRequestsException", "Rate Exceeded.")


def throttled(backend, name):
    return backend.get_function(name).reserved_concurrency == 0


def with_concurrency(invoke):
    def call(self, function_name, *args, **kwargs):
        if throttled(self, function_name):
            raise TooManyRequests()
        return invoke(self, function_name, *args, **kwargs)

    return call


def with_returned_batches(send_sqs_batch):
    def send(self, function_arn, messages, queue_arn):
        if throttled(self, function_arn):
            return False
        return send_sqs_batch(self, function_arn, messages, queue_arn)

    return send


def with_silent_mappings(delete_event_source_mapping):
    def delete(self, uuid):
        mapping = delete_event_source_mapping(self, uuid)
        if mapping:
            mapping.enabled = False
        return mapping

    return delete


def keeping_policies(set_attributes):
    def keep(self, attributes, now=None):
        kept = {} if "Policy" in attributes else {"Policy": self.policy}
        return set_attributes(self, {**attributes, **kept}, now)

    return keep


def denying_queues(permission):
    actions = {
        "send_message": "SendMessage",
        "send_message_batch": "SendMessage",
        "receive_message": "ReceiveMessage",
        "delete_message": "DeleteMessage",
        "delete_message_batch": "DeleteMessage",
        "purge_queue": "PurgeQueue",
    }
    for name, action in actions.items():

        def obeyed(self, allowed=getattr(SQSResponse, name), action=f"sqs:{action}"):
            queue = self.sqs_backend.get_queue(self._get_queue_name())
            if permission(queue.policy, action, queue.queue_arn, self.partition) is PermissionResult.DENIED:
                raise SQSException("AccessDenied", f"an explicit deny in the policy of {queue.name}")
            return allowed(self)

        setattr(SQSResponse, name, obeyed)


def denying_secrets(permission):
    allowed = SecretsManagerResponse.get_secret_value

    def get_secret_value(self):
        secret = self.backend.secrets.get(self._get_param("SecretId"))
        action = "secretsmanager:GetSecretValue"
        if secret and permission(secret.policy, action, secret.arn, self.partition) is PermissionResult.DENIED:
            raise JsonRESTError("AccessDeniedException", f"an explicit deny in the policy of {secret.name}")
        return allowed(self)

    SecretsManagerResponse.get_secret_value = get_secret_value


def install(permission):
    default_user_config["lambda"]["use_docker"] = False
    backend = LambdaSimpleBackend
    backend.invoke = with_concurrency(backend.invoke)
    backend.send_sqs_batch = with_returned_batches(backend.send_sqs_batch)
    backend.delete_event_source_mapping = with_silent_mappings(backend.delete_event_source_mapping)
    Queue._set_attributes = keeping_policies(Queue._set_attributes)
    denying_queues(permission)
    denying_secrets(permission)
