import * as pulumi from './pulumi.ts';
import { type Json, packed } from '../diagnostics/index.ts';
import type { AccessCuts } from '../lifecycle/index.ts';

export interface DatabaseAccessArgs {
  /** Reference to the runner's connection URL, such as `env:CRM_DATABASE_URL`. */
  readonly credentials: string;
  readonly database: string;
  /** The picture that was captured: every access list, owner, membership and login as they were. */
  readonly former: Readonly<Record<string, Json>>;
  readonly cuts: AccessCuts;
  /** Logins that no cut is for: the sealed one. */
  readonly exempt: readonly string[];
  /** Logins of the server that no step can cut, as the inventory says with a reason. */
  readonly outOfReach: readonly string[];
}

/**
 * Who may do what in one database, in one transaction: logins, memberships, owners, access lists, default privileges, and the
 * sessions of those who are locked. Removing it changes nothing in the database.
 */
export class DatabaseAccess extends pulumi.CustomResource {
  constructor(name: string, args: DatabaseAccessArgs, opts: pulumi.CustomResourceOptions) {
    // As values it would be 100,000 of them for 2,000 tables, each a promise of the SDK's and a line of every snapshot.
    super('teardown:index:DatabaseAccess', name, { ...args, former: packed(args.former) }, opts);
  }
}
