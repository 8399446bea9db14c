import {
  CreateDBInstanceCommand,
  type DBInstance,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { TeardownError } from '../../../diagnostics/index.ts';
import type { Properties, ResourceHandler, State } from '../../../provider/protocol.ts';
import {
  checkArguments,
  differenceOf,
  inputsFrom,
  isImport,
  previewOfCreate,
  previewOfUpdate,
} from '../arguments.ts';
import { notSupported, problems } from '../problems.ts';
import { called, type Clients, found } from './clients.ts';
import { instanceArguments, outputsOf, stateOnly } from './instance-arguments.ts';
import { retagRds, tagList } from './tags.ts';

export function instanceHandler(clients: () => Clients): ResourceHandler {
  const table = instanceArguments(() => clients().region);
  const outputs = async (identifier: string, state: Properties): Promise<Properties> => {
    const live = await describe(clients(), identifier);
    if (!live) throw new Error(`RDS DB Instance (${identifier}) vanished while it was worked on`);
    return outputsOf(live, clients().region, state);
  };
  return {
    check: (news) => Promise.resolve(checkArguments(table, news)),
    diff: (news, old) => Promise.resolve(differenceOf(table, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      await create(clients(), inputs);
      const created = await outputs(String(inputs.identifier), inputs);
      return { id: String(created.resourceId), outputs: created };
    },
    read: async (old) => {
      const live = await find(clients(), old);
      if (!live) return undefined;
      // An import cannot learn what only state knows, and takes the values under which a delete leaves nothing.
      const state = isImport(old) ? { skipFinalSnapshot: true, deleteAutomatedBackups: true } : old.outputs;
      const read = outputsOf(live, clients().region, state);
      return { id: String(read.resourceId), inputs: inputsFrom(table, read, old), outputs: read };
    },
    update: async (news, old, call) => {
      const changed = Object.keys(differenceOf(table, news, old).changes);
      const modification = modificationOf(changed, news);
      if (call.preview) return previewOfUpdate(table, news, old);
      if (modification) await modify(clients(), old, { ...modification, ...soon(news) });
      if (changed.includes('tags')) {
        await retagRds(clients(), String(old.outputs.arn), old.outputs.tags, news.tags);
      }
      return outputs(String(old.outputs.identifier), news);
    },
    delete: (old) => remove(clients(), old),
  };
}

/** What ModifyDBInstance is told; undefined: nothing to tell, such as when only state changes. */
function modificationOf(changed: readonly string[], news: Properties): object | undefined {
  const told = changed.filter((name) => ![...stateOnly, 'tags'].includes(name));
  const strange = told.filter((name) => !['deletionProtection', 'password'].includes(name));
  if (strange.length > 0) {
    throw notSupported(`change of ${strange.join(', ')} of RDS DB Instance (${String(news.identifier)})`);
  }
  if (told.length === 0) return undefined;
  return {
    ...(told.includes('deletionProtection') && { DeletionProtection: news.deletionProtection === true }),
    ...(told.includes('password') && { MasterUserPassword: news.password }),
  };
}

function soon(news: Properties): { readonly ApplyImmediately: boolean } {
  return { ApplyImmediately: news.applyImmediately === true };
}

async function modify({ rds }: Clients, old: State, modification: object): Promise<void> {
  const DBInstanceIdentifier = String(old.outputs.identifier);
  await called(
    `updating RDS DB Instance (${DBInstanceIdentifier})`,
    rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier, ...modification })),
  );
}

async function create({ rds }: Clients, inputs: Properties): Promise<void> {
  const text = (name: string): string | undefined => inputs[name] as string | undefined;
  const flag = (name: string): boolean | undefined => inputs[name] as boolean | undefined;
  const number = (name: string): number | undefined => inputs[name] as number | undefined;
  const command = new CreateDBInstanceCommand({
    DBInstanceIdentifier: text('identifier'),
    DBInstanceClass: text('instanceClass'),
    Engine: text('engine'),
    EngineVersion: text('engineVersion'),
    AllocatedStorage: number('allocatedStorage'),
    MasterUsername: text('username'),
    MasterUserPassword: text('password'),
    DBName: text('dbName'),
    Port: number('port'),
    MultiAZ: flag('multiAz'),
    StorageType: text('storageType'),
    StorageEncrypted: flag('storageEncrypted'),
    KmsKeyId: text('kmsKeyId'),
    MaxAllocatedStorage: number('maxAllocatedStorage'),
    MonitoringInterval: number('monitoringInterval'),
    EnablePerformanceInsights: flag('performanceInsightsEnabled'),
    EnableCloudwatchLogsExports: inputs.enabledCloudwatchLogsExports as string[] | undefined,
    BackupRetentionPeriod: number('backupRetentionPeriod'),
    AutoMinorVersionUpgrade: flag('autoMinorVersionUpgrade'),
    CopyTagsToSnapshot: flag('copyTagsToSnapshot'),
    EnableIAMDatabaseAuthentication: flag('iamDatabaseAuthenticationEnabled'),
    PubliclyAccessible: flag('publiclyAccessible'),
    DeletionProtection: flag('deletionProtection'),
    Tags: tagList(inputs.tags),
  });
  await called(`creating RDS DB Instance (${String(inputs.identifier)})`, rds.send(command));
}

/**
 * From state only. Deletion protection refuses, unless state says there is none and `applyImmediately`: then the
 * real provider lifts a protection that somebody else had set, and so do we.
 */
async function remove(clients: Clients, old: State): Promise<void> {
  const { outputs } = old;
  const DBInstanceIdentifier = String(outputs.identifier);
  if (outputs.skipFinalSnapshot !== true && !outputs.finalSnapshotIdentifier) {
    const detail = `${DBInstanceIdentifier}: finalSnapshotIdentifier is required when skipFinalSnapshot is false`;
    const hint = 'write finalSnapshotIdentifier into state first: set it in the program and run an update';
    throw new TeardownError(problems('standin-refused', { detail, hint }));
  }
  const command = new DeleteDBInstanceCommand({
    DBInstanceIdentifier,
    DeleteAutomatedBackups: outputs.deleteAutomatedBackups === true,
    SkipFinalSnapshot: outputs.skipFinalSnapshot === true,
    ...(outputs.skipFinalSnapshot !== true && {
      FinalDBSnapshotIdentifier: String(outputs.finalSnapshotIdentifier),
    }),
  });
  const attempt = (): Promise<unknown> => clients.rds.send(command);
  const liftsProtection = outputs.deletionProtection !== true && outputs.applyImmediately === true;
  const withLift = async (error: unknown): Promise<unknown> => {
    if (!liftsProtection || !isProtected(error)) throw error;
    await modify(clients, old, { DeletionProtection: false, ApplyImmediately: true });
    return attempt();
  };
  const what = `deleting RDS DB Instance (${DBInstanceIdentifier})`;
  await found(what, attempt().catch(withLift), 'DBInstanceNotFoundFault');
}

function isProtected(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === 'InvalidParameterCombination' &&
    error.message.includes('disable deletion pro')
  );
}

/**
 * The resource id that stands in state decides whether it is still the same instance; it is found by its identifier,
 * by which people import, because the simulator gives all instances the same resource id.
 */
async function find(clients: Clients, old: State): Promise<DBInstance | undefined> {
  if (isImport(old)) return describe(clients, old.id);
  const live = await describe(clients, String(old.outputs.identifier));
  return live?.DbiResourceId === old.id ? live : undefined;
}

async function describe({ rds }: Clients, identifier: string): Promise<DBInstance | undefined> {
  const call = rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }));
  const answer = await found(`reading RDS DB Instance (${identifier})`, call, 'DBInstanceNotFoundFault');
  return answer?.DBInstances?.[0];
}
