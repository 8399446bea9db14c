import {
  type DBInstance,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '../diagnostics/index.ts';
import type { Observed } from '../lifecycle/index.ts';
import { awsCode, withRds } from './aws.ts';

/** The instance as RDS describes it, or undefined. */
export async function describeInstance(id: string): Promise<DBInstance | undefined> {
  return withRds(async (client) => {
    const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: id });
    try {
      const answer = await within('60 seconds', `reading instance ${id}`, client.send(command));
      return answer.DBInstances?.[0];
    } catch (error) {
      if (/^DBInstanceNotFound(Fault)?$/.test(awsCode(error))) return undefined;
      throw error;
    }
  });
}

export async function observeInstance(id: string): Promise<Observed | undefined> {
  const instance = await describeInstance(id);
  if (instance === undefined) return undefined;
  return {
    deletionProtection: instance.DeletionProtection ?? false,
    engine: instance.Engine ?? '',
    instanceClass: instance.DBInstanceClass ?? '',
    allocatedStorage: instance.AllocatedStorage ?? 0,
    username: instance.MasterUsername ?? '',
    status: instance.DBInstanceStatus ?? '',
    arn: instance.DBInstanceArn ?? '',
  };
}

export async function observeSnapshot(id: string): Promise<Observed | undefined> {
  return withRds(async (client) => {
    const command = new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: id });
    try {
      const answer = await within('60 seconds', `reading snapshot ${id}`, client.send(command));
      const snapshot = answer.DBSnapshots?.[0];
      return snapshot && { id, status: snapshot.Status ?? '', instance: snapshot.DBInstanceIdentifier ?? '' };
    } catch (error) {
      if (/^DBSnapshotNotFound(Fault)?$/.test(awsCode(error))) return undefined;
      throw error;
    }
  });
}

/** Lifts deletion protection and waits until RDS shows it lifted. An absent instance is released already. */
export async function releaseInstance(id: string): Promise<void> {
  const instance = await describeInstance(id);
  if (instance?.DeletionProtection !== true) return;
  await withRds((client) =>
    client.send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: id,
        DeletionProtection: false,
        ApplyImmediately: true,
      }),
    ),
  );
  const stop = new AbortController();
  try {
    await within('15 minutes', `lifting deletion protection of ${id}`, untilLifted(id, stop.signal));
  } finally {
    stop.abort();
  }
}

async function untilLifted(id: string, stop: AbortSignal): Promise<void> {
  for (;;) {
    const instance = await describeInstance(id);
    if (instance?.DeletionProtection !== true && instance?.DBInstanceStatus !== 'modifying') return;
    await sleep(2_000, undefined, { signal: stop });
  }
}
