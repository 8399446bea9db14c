"""
IAM's rules that moto leaves out. A request with a key that IAM or STS has issued is judged by the policies and the boundary of
its user or role, at every service; an inactive or deleted key is refused. Signatures are not checked. A key that was never issued is
anybody's, as in moto: the sandbox's own. Users have boundaries; a user with keys, console log-in or groups and a policy
in use are not deleted.
"""

from moto.core.authorization import ActionAuthenticatorMixin
from moto.core.responses import EmptyResult
from moto.iam.access_control import (
    CreateAccessKeyFailure,
    IAMPolicy,
    IAMRequestBase,
    IAMUserAccessKey,
    PermissionResult,
)
from moto.iam.exceptions import DeleteConflictException, NotFoundException
from moto.iam.models import AccessKey, IAMBackend, User, iam_backends
from moto.iam.responses import IamResponse
from moto.sts.models import sts_backends

issued = set()


def key_of(headers):
    """The id of the key that signed a request, or None."""
    _, _, credential = headers.get("Authorization", "").partition("Credential=")
    return credential.split("/")[0] or None


def arn_of(key, account_id, partition):
    """The user or role that a key was issued for, as `aws:PrincipalArn` names it; None if it is anybody's."""
    if key not in issued:
        return None
    for user in iam_backends[account_id][partition].users.values():
        if user.has_access_key(key):
            return user.arn
    session = sts_backends[account_id][partition].get_assumed_role_from_access_key(key)
    return session.role_arn if session else None


def remembering(init):
    def remembered(self, *args, **kwargs):
        init(self, *args, **kwargs)
        issued.add(self.access_key_id)

    return remembered


def judging_issued(unjudged):
    def judge(self, request_class, resource="*"):
        if key_of(self.headers) not in issued:
            return unjudged(self, request_class, resource)
        request = request_class(
            account_id=self.current_account,
            method=self.method,
            path=self.raw_path,
            data=self.data,
            body=self.raw_body,
            headers=self.headers,
            action=self._get_action(),
        )
        return request.check_action_permitted(resource)

    return judge


def active_only(init):
    def active(self, account_id, partition, access_key_id, headers):
        init(self, account_id, partition, access_key_id, headers)
        user = self.backend.get_user(self._owner_user_name)
        if user.get_access_key_by_id(access_key_id).status != "Active":
            raise CreateAccessKeyFailure(reason="InvalidId")

    return active


def within_boundary(check):
    def checked(self, resource):
        key = self._access_key
        try:
            if isinstance(key, IAMUserAccessKey):
                boundary = self.backend.get_user(key._owner_user_name).permissions_boundary
            else:
                boundary = self.backend.get_role(key._owner_role_name).permissions_boundary
        except NotFoundException:
            return self._raise_access_denied()
        if boundary:
            policy = self.backend.get_policy(boundary["PermissionsBoundaryArn"])
            judged = IAMPolicy(policy).is_action_permitted(self._action, resource)
            if judged is not PermissionResult.PERMITTED:
                return self._raise_access_denied()
        return check(self, resource)

    return checked


def boundary_of_user(self):
    arn = getattr(self, "permissions_boundary_arn", None)
    if arn is None:
        return None
    return {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn}


def put_user_boundary(self):
    user = self.backend.get_user(self._get_param("UserName"))
    user.permissions_boundary_arn = self.backend.get_policy(self._get_param("PermissionsBoundary")).arn
    return EmptyResult()


def delete_user_boundary(self):
    self.backend.get_user(self._get_param("UserName")).permissions_boundary_arn = None
    return EmptyResult()


def with_conflicts_of_users(delete_user):
    def delete(self, user_name):
        user = self.get_user(user_name)
        if user.access_keys or user.password or self.get_groups_for_user(user_name):
            raise DeleteConflictException("Cannot delete entity, must delete its credentials and memberships first.")
        return delete_user(self, user_name)

    return delete


def with_conflicts_of_policies(delete_policy):
    def delete(self, policy_arn):
        policy = self.get_policy(policy_arn)
        holders = [*self.users.values(), *self.get_roles()]
        bounded = any((each.permissions_boundary or {}).get("PermissionsBoundaryArn") == policy_arn for each in holders)
        if policy.attachment_count or bounded:
            raise DeleteConflictException("Cannot delete a policy attached to entities.")
        return delete_policy(self, policy_arn)

    return delete


def install():
    AccessKey.__init__ = remembering(AccessKey.__init__)
    ActionAuthenticatorMixin._authenticate_and_authorize_action = judging_issued(
        ActionAuthenticatorMixin._authenticate_and_authorize_action
    )
    IAMUserAccessKey.__init__ = active_only(IAMUserAccessKey.__init__)
    IAMRequestBase.check_action_permitted = within_boundary(IAMRequestBase.check_action_permitted)
    User.permissions_boundary = property(boundary_of_user)
    IamResponse.put_user_permissions_boundary = put_user_boundary
    IamResponse.delete_user_permissions_boundary = delete_user_boundary
    IAMBackend.delete_user = with_conflicts_of_users(IAMBackend.delete_user)
    IAMBackend.delete_policy = with_conflicts_of_policies(IAMBackend.delete_policy)
