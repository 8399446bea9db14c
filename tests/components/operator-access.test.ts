import { describe, expect, it } from '@jest/globals';
import { boundaryExpected, roleInputs, type RoleInputs } from '../../components/iam-role.ts';
import { keyInputs, userInputs, type UserInputs } from '../../components/iam-user.ts';
import { denyAll, isLocked } from '../../components/operator-denial.ts';
import { allSteps } from '../../lifecycle/index.ts';
import { postures } from '../../stacks/index.ts';

const ours = 'arn:aws:iam::111122223333:policy/crm-teardown-deny';
const theirs = 'arn:aws:iam::111122223333:policy/limits';
const role: RoleInputs = { assumeRolePolicy: '{}' };
const bounded: RoleInputs = { ...role, permissionsBoundary: theirs };
const user: UserInputs = { permissionsBoundary: theirs };

describe.each(allSteps)('at %s', (step) => {
  const posture = postures[step];
  const at = (other: (typeof allSteps)[number]) => allSteps.indexOf(step) >= allSteps.indexOf(other);
  const removed = at('destroyed/identities');
  const locked = at('revoked/admins') && !removed;
  const boundary = isLocked(posture) ? ours : undefined;

  it('administrators are locked from revoked/admins on, until they are removed', () => {
    expect(isLocked(posture)).toBe(locked);
  });

  it('a role has the boundary that denies everything, or the one it had, or none', () => {
    const state = { forceDetachPolicies: at('snapshotted') };
    const lock = { permissionsBoundary: ours };
    expect(roleInputs(role, posture, boundary)).toEqual({ ...role, ...state, ...(locked ? lock : {}) });
    expect(roleInputs(bounded, posture, boundary)).toEqual({ ...bounded, ...state, ...(locked ? lock : {}) });
  });

  it('a user likewise; what takes its keys along is in state before anything is deleted', () => {
    const permissionsBoundary = locked ? ours : theirs;
    expect(userInputs(user, posture, boundary)).toEqual({
      permissionsBoundary,
      forceDestroy: at('snapshotted'),
    });
  });

  it('a key is inactive while administrators are locked, and for ever if it was so before', () => {
    const status = at('revoked/admins') ? 'Inactive' : 'Active';
    expect(keyInputs({ user: 'anna', status: 'Active' }, posture)).toEqual({ user: 'anna', status });
    expect(keyInputs({ user: 'anna', status: 'Inactive' }, posture).status).toBe('Inactive');
  });

  it('is verified by what the boundary says while it is ours, else by which one it is', () => {
    const open = { boundary: theirs };
    expect(boundaryExpected(bounded, boundary)).toEqual(locked ? { boundaryPolicy: denyAll } : open);
    expect(boundaryExpected(role, boundary)).toEqual(
      locked ? { boundaryPolicy: denyAll } : { boundary: null },
    );
  });
});

it('the denial knows no condition: a session of any age is refused', () => {
  expect(denyAll.Statement).toEqual([{ Sid: 'TeardownDenyAll', Effect: 'Deny', Action: '*', Resource: '*' }]);
});
