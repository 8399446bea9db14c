/** An RDS instance as a table of arguments, and as outputs of what the API answers. */
import type { DBInstance } from '@aws-sdk/client-rds';
import type { Properties } from '../../../provider/protocol.ts';
import type { Arguments } from '../arguments.ts';
import { regionArgument, tagMap, tagsArgument } from './tags.ts';

const computedText = { kind: 'string', computed: true } as const;
const fixedText = { kind: 'string', computed: true, replaces: true } as const;

export function instanceArguments(region: () => string): Arguments {
  return {
    identifier: { kind: 'string', required: true, replaces: true },
    instanceClass: { kind: 'string', required: true },
    engine: fixedText,
    engineVersion: computedText,
    allocatedStorage: { kind: 'number', computed: true },
    username: fixedText,
    password: { kind: 'string', secret: true },
    dbName: fixedText,
    port: { kind: 'number', computed: true },
    multiAz: { kind: 'boolean', computed: true },
    storageType: computedText,
    storageEncrypted: { kind: 'boolean', replaces: true },
    kmsKeyId: fixedText,
    maxAllocatedStorage: { kind: 'number' },
    monitoringInterval: { kind: 'number', default: 0 },
    performanceInsightsEnabled: { kind: 'boolean', default: false },
    enabledCloudwatchLogsExports: { kind: 'set' },
    backupRetentionPeriod: { kind: 'number', computed: true },
    autoMinorVersionUpgrade: { kind: 'boolean', default: true },
    copyTagsToSnapshot: { kind: 'boolean', default: false },
    iamDatabaseAuthenticationEnabled: { kind: 'boolean' },
    publiclyAccessible: { kind: 'boolean', default: false },
    deletionProtection: { kind: 'boolean' },
    skipFinalSnapshot: { kind: 'boolean', default: false },
    finalSnapshotIdentifier: { kind: 'string', refuse: snapshotName },
    deleteAutomatedBackups: { kind: 'boolean', default: true },
    applyImmediately: { kind: 'boolean', computed: true },
    region: regionArgument(region),
    tags: tagsArgument,
  };
}

/** No call tells them; what a delete does is decided by them all the same. */
export const stateOnly = [
  'skipFinalSnapshot',
  'finalSnapshotIdentifier',
  'deleteAutomatedBackups',
  'applyImmediately',
];
const kept = [...stateOnly, 'password'];

function snapshotName(value: unknown): string | undefined {
  return /^[A-Za-z](-?[0-9A-Za-z])*$/.test(String(value))
    ? undefined
    : 'letters, digits and single hyphens, beginning with a letter, not ending with a hyphen';
}

export function outputsOf(live: DBInstance, region: string, state: Properties): Properties {
  const fromState = Object.fromEntries(kept.map((name) => [name, state[name]]));
  const outputs = {
    identifier: live.DBInstanceIdentifier,
    resourceId: live.DbiResourceId,
    arn: live.DBInstanceArn,
    status: live.DBInstanceStatus,
    address: live.Endpoint?.Address,
    endpoint: `${live.Endpoint?.Address ?? ''}:${live.Endpoint?.Port ?? ''}`,
    port: live.Endpoint?.Port,
    instanceClass: live.DBInstanceClass,
    engine: live.Engine,
    engineVersion: live.EngineVersion,
    allocatedStorage: live.AllocatedStorage,
    username: live.MasterUsername,
    dbName: live.DBName ?? '',
    multiAz: live.MultiAZ,
    storageType: live.StorageType,
    storageEncrypted: live.StorageEncrypted ?? false,
    kmsKeyId: live.KmsKeyId ?? '',
    maxAllocatedStorage: live.MaxAllocatedStorage ?? 0,
    monitoringInterval: live.MonitoringInterval ?? 0,
    performanceInsightsEnabled: live.PerformanceInsightsEnabled ?? false,
    enabledCloudwatchLogsExports: live.EnabledCloudwatchLogsExports ?? [],
    backupRetentionPeriod: live.BackupRetentionPeriod,
    autoMinorVersionUpgrade: live.AutoMinorVersionUpgrade ?? false,
    copyTagsToSnapshot: live.CopyTagsToSnapshot ?? false,
    iamDatabaseAuthenticationEnabled: live.IAMDatabaseAuthenticationEnabled ?? false,
    publiclyAccessible: live.PubliclyAccessible ?? false,
    deletionProtection: live.DeletionProtection ?? false,
    region,
    tags: tagMap(live.TagList),
    ...fromState,
  };
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined));
}
