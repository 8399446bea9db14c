import {
  DeleteRolePermissionsBoundaryCommand,
  DeleteUserPermissionsBoundaryCommand,
  PutRolePermissionsBoundaryCommand,
  PutUserPermissionsBoundaryCommand,
} from '@aws-sdk/client-iam';
import type { Properties, State } from '../../../provider/protocol.ts';
import { type Arguments, differenceOf } from '../arguments.ts';
import { called, type Clients } from './clients.ts';
import { refused } from './refused.ts';

/**
 * The update of a role or a user: its boundary, which goes when the program leaves it out, and `stateOnly`, which is told to nobody.
 * Nothing else of them is changed by this stand-in.
 */
export async function changeBoundary(
  { iam }: Clients,
  holder: 'Role' | 'User',
  [table, stateOnly]: readonly [Arguments, string],
  news: Properties,
  old: State,
): Promise<void> {
  const changed = Object.keys(differenceOf(table, news, old).changes);
  const what = `IAM ${holder} (${old.id})`;
  const [strange] = changed.filter((name) => name !== 'permissionsBoundary' && name !== stateOnly);
  if (strange !== undefined) throw refused(what, `the stand-in does not change ${strange}`);
  if (!changed.includes('permissionsBoundary')) return;
  const { permissionsBoundary: boundary } = news;
  const place = { RoleName: old.id, UserName: old.id };
  const call = (): Promise<unknown> => {
    if (typeof boundary === 'string') {
      const bounded = { ...place, PermissionsBoundary: boundary };
      return holder === 'Role'
        ? iam.send(new PutRolePermissionsBoundaryCommand(bounded))
        : iam.send(new PutUserPermissionsBoundaryCommand(bounded));
    }
    return holder === 'Role'
      ? iam.send(new DeleteRolePermissionsBoundaryCommand(place))
      : iam.send(new DeleteUserPermissionsBoundaryCommand(place));
  };
  await called(`setting the boundary of ${what}`, call());
}
