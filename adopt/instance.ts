import type { Json } from '../diagnostics/index.ts';
import type { FormerResource } from '../inventory/index.ts';
import { found, type Findings, missing } from './findings.ts';
import type { LiveCrm } from './live.ts';

type Instance = NonNullable<Awaited<ReturnType<LiveCrm['instance']>>>;

/** The RDS instance. What lives in the engine's state only (final snapshot and the like) is the program's own. */
export async function captureInstance(id: string, live: LiveCrm): Promise<Findings> {
  const instance = await live.instance(id);
  if (instance === undefined) return missing(`RDS instance ${id}`, 'in this account and region');
  const type = 'aws:rds/instance:Instance';
  return found({ 'rds-instance': { type, importId: id, inputs: instanceInputs(id, instance) } });
}

/**
 * The version is left out, so that an upgrade by AWS is none of ours. Always given: what identifies the instance, and its protection. Of the rest only what differs from the provider's
 * default: left out, such a setting would be reset or, worse, replace the instance.
 */
export function instanceInputs(id: string, instance: Instance): FormerResource['inputs'] {
  const settings: Readonly<Record<string, Json | undefined>> = {
    identifier: id,
    engine: instance.Engine,
    instanceClass: instance.DBInstanceClass,
    allocatedStorage: instance.AllocatedStorage,
    username: instance.MasterUsername,
    deletionProtection: instance.DeletionProtection ?? false,
    ...differing(instance),
  };
  const entries = Object.entries(settings).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

function differing(instance: Instance): Readonly<Record<string, Json | undefined>> {
  const ifOn = (flag: boolean | undefined) => (flag === true ? true : undefined);
  const logs = instance.EnabledCloudwatchLogsExports ?? [];
  return {
    dbName: instance.DBName === '' ? undefined : instance.DBName,
    // The provider's default is on, so here it is the other way round.
    autoMinorVersionUpgrade: instance.AutoMinorVersionUpgrade === true ? undefined : false,
    copyTagsToSnapshot: ifOn(instance.CopyTagsToSnapshot),
    iamDatabaseAuthenticationEnabled: ifOn(instance.IAMDatabaseAuthenticationEnabled),
    maxAllocatedStorage: instance.MaxAllocatedStorage,
    monitoringInterval: instance.MonitoringInterval === 0 ? undefined : instance.MonitoringInterval,
    multiAz: ifOn(instance.MultiAZ),
    performanceInsightsEnabled: ifOn(instance.PerformanceInsightsEnabled),
    publiclyAccessible: ifOn(instance.PubliclyAccessible),
    storageEncrypted: ifOn(instance.StorageEncrypted),
    kmsKeyId: instance.KmsKeyId,
    enabledCloudwatchLogsExports: logs.length === 0 ? undefined : logs.toSorted(),
    tags: tagsOf(instance),
  };
}

/** Tags that AWS writes itself cannot be set by anybody else. */
function tagsOf({ TagList = [] }: Instance): Json | undefined {
  const tags = TagList.filter(({ Key = '' }) => !Key.startsWith('aws:'));
  if (tags.length === 0) return undefined;
  return Object.fromEntries(tags.map(({ Key: key = '', Value: value = '' }) => [key, value]));
}
