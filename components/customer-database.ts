import aws from '@pulumi/aws';
import postgresql from '@pulumi/postgresql';
import pulumi from '@pulumi/pulumi';
import {
  type Database,
  type DatabaseModule,
  databaseModules,
  grantedModules,
  isSensitive,
} from '../inventory/index.ts';
import type { Creation, Posture } from '../lifecycle/index.ts';
import { DatabaseAccess } from '../sdk/index.ts';
import { adoption, Closing, creation, formerOf, type Surroundings } from './closing.ts';
import { accessCuts } from './database-access.ts';

const archiveName = 'rds-archive-snapshot';

/**
 * The CRM's database: the RDS instance if it is the CRM's alone, the database, the group role of each module and its whole-schema
 * grant, and all else that decides who may do what in it. Everything stays until `data` is removed; rights narrow with `writes`, `sensitive` and `modules`.
 */
export class CustomerDatabase extends Closing {
  constructor(name: string, database: Database, args: Surroundings, opts?: pulumi.ComponentResourceOptions) {
    super('CustomerDatabase', name, opts);
    const modules = databaseModules(args.inventory.modules);
    const instance = this.#instance(database, args);
    const groups = this.#groupRoles(database, modules, instance, args);
    const adopted = this.#database(database, groups, args);
    for (const module of grantedModules(args.inventory)) this.#grant(database, module, adopted, args);
    this.#access(database, adopted, args);
    this.registerOutputs({});
  }

  #instance(
    database: Database,
    { former, posture, inventory, attempt, made }: Surroundings,
  ): pulumi.Resource | undefined {
    if (database.kind !== 'rds-postgresql' || database.instance.ownership !== 'exclusive') return undefined;
    const { instance } = database;
    const target = { kind: 'rds-instance', id: instance.id } as const;
    const snapshot = snapshotNames(inventory.system, attempt);
    if (posture.archive === 'final') {
      this.expectations.push({
        target: { kind: 'rds-snapshot', id: snapshot.archive },
        expect: { status: 'available' },
      });
    }
    if (posture.data === 'removed') {
      this.removed.push('rds-instance');
      this.expectations.push({ target, expect: 'absent' });
      return undefined;
    }
    const captured = formerOf(former, 'rds-instance');
    const inputs = instanceInputs(captured.inputs, posture, snapshot.final);
    const options = adoption(this, captured, posture.protection === 'held');
    const resource = new aws.rds.Instance('rds-instance', inputs, {
      ...options,
      ignoreChanges: ['password'],
    });
    this.resources.push(resource);
    this.guarded.push({ name: 'rds-instance', target, resource });
    this.expectations.push({ target, expect: { deletionProtection: inputs.deletionProtection } });
    if (posture.archive === 'final') {
      const args = { dbInstanceIdentifier: instance.id, dbSnapshotIdentifier: snapshot.archive };
      const options = { ...creation(this, made, archiveName), dependsOn: resource, retainOnDelete: true };
      this.resources.push(new aws.rds.Snapshot(archiveName, args, options));
    }
    return resource;
  }

  /** They go before the instance that they are in, and after the database. */
  #groupRoles(
    database: Database,
    modules: readonly DatabaseModule[],
    instance: pulumi.Resource | undefined,
    { former, posture }: Surroundings,
  ): pulumi.Resource[] {
    return modules.flatMap(({ role }) => {
      const target = { kind: 'database-role', name: role, credentials: database.credentials } as const;
      if (posture.data === 'removed') {
        this.removed.push(`role:${role}`);
        this.expectations.push({ target, expect: 'absent' });
        return [];
      }
      const captured = formerOf(former, `role:${role}`);
      const options = { ...adoption(this, captured), dependsOn: instance ? [instance] : [] };
      const resource = new postgresql.Role(`role:${role}`, captured.inputs, options);
      this.resources.push(resource);
      return [resource];
    });
  }

  #database(
    database: Database,
    groups: pulumi.Resource[],
    { former, posture }: Surroundings,
  ): pulumi.Resource | undefined {
    const target = { kind: 'database', name: database.name, credentials: database.credentials } as const;
    if (posture.data === 'removed') {
      this.removed.push('database');
      this.expectations.push({ target, expect: 'absent' });
      return undefined;
    }
    const captured = formerOf(former, 'database');
    const options = { ...adoption(this, captured, posture.protection === 'held'), dependsOn: groups };
    const resource = new postgresql.Database('database', captured.inputs, options);
    this.resources.push(resource);
    this.guarded.push({ name: 'database', target, resource });
    this.expectations.push({ target, expect: { allowConnections: true } });
    return resource;
  }

  /** PostgreSQL refuses rights that are changed at the same time, so each grant waits for the one before it, the first for the database. */
  #grant(
    database: Database,
    module: DatabaseModule,
    owner: pulumi.Resource | undefined,
    args: Surroundings,
  ): void {
    if (!owner) {
      this.removed.push(`grant:${module.role}`);
      return;
    }
    const captured = formerOf(args.former, `grant:${module.role}`);
    const inputs = grantInputs(captured.inputs as unknown as GrantInputs, module, args);
    const options = { parent: this, dependsOn: this.resources.slice(-1), deletedWith: owner };
    this.resources.push(new postgresql.Grant(`grant:${module.role}`, inputs, options));
    const { role, schema } = module;
    const target = {
      kind: 'schema-grant',
      database: database.name,
      schema,
      role,
      credentials: database.credentials,
    } as const;
    const privileges = inputs.privileges.toSorted();
    this.expectations.push({ target, expect: { privileges, uniform: true, grantable: false } });
  }

  /** After the grants of this update: both lead to the same rights, and it reads everything back. */
  #access(
    database: Database,
    owner: pulumi.Resource | undefined,
    { former, posture, inventory }: Surroundings,
  ): void {
    if (!owner) {
      this.removed.push('database-access');
      return;
    }
    const { credentials, name } = database;
    const { breakGlass } = inventory;
    const cuts = accessCuts(inventory, posture);
    const exempt = breakGlass.database === undefined ? [] : [breakGlass.database];
    const outOfReach = database.outOfReach.map(({ login }) => login);
    const inputs = { credentials, database: name, former: formerOf(former, 'database-access').inputs };
    const options = { parent: this, dependsOn: this.resources.slice(-1), deletedWith: owner };
    this.resources.push(
      new DatabaseAccess('database-access', { ...inputs, cuts, exempt, outOfReach }, options),
    );
    const target = {
      kind: 'database-access',
      credentials,
      name,
      cuts,
      spared: [...exempt, ...outOfReach],
    } as const;
    this.expectations.push({ target, expect: { left: [] } });
  }
}

/** What it makes: RDS has one snapshot of a name. Of another instance it is none of ours. */
export function archiveSnapshots({ inventory, posture, attempt }: Surroundings): readonly Creation[] {
  const { database, system } = inventory;
  if (database?.kind !== 'rds-postgresql' || database.instance.ownership !== 'exclusive') return [];
  if (posture.archive !== 'final' || posture.data === 'removed') return [];
  const target = { kind: 'rds-snapshot', id: snapshotNames(system, attempt).archive } as const;
  return [{ name: archiveName, target, expect: { instance: database.instance.id } }];
}

/**
 * `archive` is made at `snapshotted`, provable before anything goes; `final` is made by the delete of the instance itself.
 * Both names are new and stable: a taken name refuses the delete, and a clock would give a second one on a re-run. An archive
 * of an attempt that was given up stays and proves nothing for the next, which makes its own.
 */
export function snapshotNames(
  system: string,
  attempt: number,
): { readonly archive: string; readonly final: string } {
  return { archive: `${system}-archive-${attempt}`, final: `${system}-final` };
}

/**
 * Former settings, and what a delete reads from state: never without a final snapshot, automated backups kept. The cloud's
 * own lock is on from the first narrowing step and is lifted by the guard alone.
 */
export function instanceInputs(former: object, posture: Posture, snapshot: string): InstanceInputs {
  const inputs = former as InstanceInputs;
  return {
    ...inputs,
    deletionProtection: inputs.deletionProtection || posture.writes === 'blocked',
    skipFinalSnapshot: false,
    deleteAutomatedBackups: false,
    ...(posture.archive === 'final' ? { finalSnapshotIdentifier: snapshot } : {}),
  };
}

export interface GrantInputs {
  readonly role: string;
  readonly database: string;
  readonly schema: string;
  readonly objectType: string;
  readonly objects: string[];
  readonly privileges: string[];
}

export type InstanceInputs = aws.rds.InstanceArgs & { deletionProtection: boolean };

/** The whole-schema grant of a module: all former privileges, then SELECT alone, then none. Never a privilege more. */
export function grantInputs(
  former: GrantInputs,
  module: DatabaseModule,
  { posture, inventory }: Pick<Surroundings, 'posture' | 'inventory'>,
): GrantInputs {
  const revoked = posture[isSensitive(module, inventory.dataClasses) ? 'sensitive' : 'modules'] === 'revoked';
  const allowed =
    posture.writes === 'blocked'
      ? former.privileges.filter((right) => right === 'SELECT')
      : former.privileges;
  return { ...former, privileges: revoked ? [] : allowed };
}
