import {
  CreateDBSnapshotCommand,
  type DBSnapshot,
  DeleteDBSnapshotCommand,
  DescribeDBSnapshotsCommand,
} from '@aws-sdk/client-rds';
import type { Properties, ResourceHandler } from '../../../provider/protocol.ts';
import {
  type Arguments,
  checkArguments,
  differenceOf,
  inputsFrom,
  previewOfCreate,
  previewOfUpdate,
} from '../arguments.ts';
import { called, type Clients, found } from './clients.ts';
import { regionArgument, retagRds, tagList, tagMap, tagsArgument } from './tags.ts';

const fixed = { kind: 'string', required: true, replaces: true } as const;

export function snapshotHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    dbInstanceIdentifier: fixed,
    dbSnapshotIdentifier: fixed,
    region: regionArgument(() => clients().region),
    tags: tagsArgument,
  };
  const outputs = async (id: string): Promise<Properties> => {
    const live = await describe(clients(), id);
    if (live?.Status !== 'available') {
      throw new Error(`DB Snapshot (${id}) is ${live?.Status ?? 'gone'} and not available`);
    }
    return outputsOf(live, clients().region);
  };
  return {
    check: (news) => Promise.resolve(checkArguments(table, news)),
    diff: (news, old) => Promise.resolve(differenceOf(table, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      const id = String(inputs.dbSnapshotIdentifier);
      const command = new CreateDBSnapshotCommand({
        DBInstanceIdentifier: String(inputs.dbInstanceIdentifier),
        DBSnapshotIdentifier: id,
        Tags: tagList(inputs.tags),
      });
      await called(`creating DB Snapshot (${id})`, clients().rds.send(command));
      return { id, outputs: await outputs(id) };
    },
    read: async (old) => {
      const live = await describe(clients(), old.id);
      if (!live) return undefined;
      const read = outputsOf(live, clients().region);
      return { id: old.id, inputs: inputsFrom(table, read, old), outputs: read };
    },
    update: async (news, old, call) => {
      if (call.preview) return previewOfUpdate(table, news, old);
      await retagRds(clients(), String(old.outputs.dbSnapshotArn), old.outputs.tags, news.tags);
      return outputs(old.id);
    },
    delete: async (old) => {
      const command = new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: old.id });
      await found(`deleting DB Snapshot (${old.id})`, clients().rds.send(command), 'DBSnapshotNotFoundFault');
    },
  };
}

async function describe({ rds }: Clients, id: string): Promise<DBSnapshot | undefined> {
  const call = rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: id }));
  return (await found(`reading DB Snapshot (${id})`, call, 'DBSnapshotNotFoundFault'))?.DBSnapshots?.[0];
}

function outputsOf(live: DBSnapshot, region: string): Properties {
  return {
    dbInstanceIdentifier: live.DBInstanceIdentifier,
    dbSnapshotIdentifier: live.DBSnapshotIdentifier,
    dbSnapshotArn: live.DBSnapshotArn,
    status: live.Status,
    snapshotType: live.SnapshotType,
    engine: live.Engine,
    engineVersion: live.EngineVersion,
    allocatedStorage: live.AllocatedStorage,
    encrypted: live.Encrypted,
    port: live.Port,
    region,
    tags: tagMap(live.TagList),
  };
}
