import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { isKind } from '../../evidence/index.ts';
import { entriesOf, everythingOf, merged, part, session, textOf, without } from './records.ts';
import { moveTo, newSystem, positionOf, type System, walkTo, worldOf } from './system.ts';

const limit = 900_000;
const quickly = ['--skip-preview'];
const waves = merged(['sensitive', 'modules', 'services']);

/** The CRM's own instance, its database and its bucket. */
function threeGuards(inventory: Record<string, unknown>): Record<string, unknown> {
  return waves(without(inventory, 'interfaces', 'identity', 'integrations', 'operators'));
}

/** Somebody who goes on writing into the bucket while it is deleted. */
function writer({ world }: System): { readonly stop: () => Promise<void> } {
  const client = new S3Client({ forcePathStyle: true });
  const writing = new AbortController();
  const Bucket = world.names.bucket;
  const work = (async () => {
    for (let n = 0; !writing.signal.aborted; n += 1) {
      const put = new PutObjectCommand({ Bucket, Key: `late-${n}`, Body: 'late' });
      await client.send(put).catch(() => undefined);
      await sleep(2);
    }
  })();
  return {
    stop: async () => {
      writing.abort();
      await work;
      const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
      const Objects = Versions.map(({ Key, VersionId }) => ({ Key, VersionId }));
      await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      client.destroy();
    },
  };
}

describe('three guards', () => {
  it(
    'keep everything while one refuses, and a policy stays on a bucket whose delete is refused',
    async () => {
      const system = await newSystem(threeGuards);
      await walkTo(system, 'destroyed/services', quickly);
      const { world: before } = (await everythingOf(system)) as {
        world: Awaited<ReturnType<typeof worldOf>>;
      };

      await part('an open session on the database', async () => {
        const open = await session(system);
        const run = moveTo(system, 'destroyed/data').finally(() => open.close());
        await expect(run).rejects.toThrow(/guard-refused: .*\n.*sessions: 1\n.*HINT: end them/);
        await expect(run).rejects.toThrow(/must stay: sessions/);
        const after = await worldOf(system);
        expect(after.aws).toEqual(before.aws);
        expect(after.database.database).toEqual(before.database.database);
        expect(after.database.contents).toEqual(before.database.contents);
        expect(after.aws.instance).toMatchObject({ DeletionProtection: true });
        const refusals = (await entriesOf(system)).filter(isKind('refusal'));
        expect(refusals.map(({ body }) => body.problems[0]?.detail.split(':')[0]).sort()).toEqual([
          `bucket/${system.world.names.bucket}`,
          `database/${system.world.names.database}`,
          `rds-instance/${system.world.names.instance}`,
        ]);
        expect((await entriesOf(system)).filter(isKind('guard-released'))).toEqual([]);
      });

      await part('no way back', async () => {
        expect(await positionOf(system)).toMatchObject({ deleteStarted: true, reached: false });
        const untouched = await everythingOf(system);
        system.pulumi.configure({ stage: 'active' });
        const run = await system.pulumi.preview();
        expect(run.exitCode).toBe(1);
        expect(textOf(run)).toContain('a delete was recorded; only the archive leads back');
        expect(textOf(run)).toContain('HINT: pulumi config set stage destroyed/data');
        system.pulumi.configure({ stage: 'destroyed/data' });
        expect(await everythingOf(system)).toEqual(untouched);
      });

      await part('a bucket that is written to while it is deleted', async () => {
        const late = writer(system);
        const run = await system.pulumi.up(quickly);
        expect(run.exitCode).toBe(1);
        expect(textOf(run)).toMatch(/BucketNotEmpty|not empty/);
        await late.stop();
        const { aws } = await worldOf(system);
        expect(aws.bucket?.policy).toEqual(before.aws.bucket?.policy);
        const released = (await entriesOf(system)).filter(isKind('guard-released'));
        expect(released).toHaveLength(3);
      });

      await part('the next run', async () => {
        await moveTo(system, 'destroyed/data', quickly);
        const { aws, database } = await worldOf(system);
        expect(aws.bucket).toBeNull();
        expect(aws.instance).toBeNull();
        expect(database.database).toBeNull();
        expect(aws.snapshots.map((each) => (each as Record<string, unknown>).DBSnapshotIdentifier)).toEqual(
          expect.arrayContaining([`${system.name}-archive-1`, `${system.name}-final`]),
        );
      });
    },
    limit,
  );
});
