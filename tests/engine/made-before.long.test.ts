/**
 * R94: an engine that is killed after a create and before it saved its state has made things it knows nothing of. The state is
 * brought into that shape by hand, for each type that a step creates, and the step is run again.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { contracts, type Step } from '../../lifecycle/index.ts';
import { differences, pathsOf } from '../../sandbox/differences.ts';
import { merged, part, stateFile, textOf } from './records.ts';
import { moveTo, newSystem, positionOf, type System, worldOf } from './system.ts';
import { worldSystem } from './world-system.ts';

const limit = 1_500_000;
const quickly = ['--skip-preview'];

const created = new Set(Object.values(contracts).flatMap(({ creates }) => creates));
/** What the cloud would not make twice. */
const takenOver = ['aws:iam/policy:Policy', 'aws:rds/snapshot:Snapshot', 'auth0:index/action:Action'];

/** A deployment that nothing serves has a new id, and the list is in the order of ids; one more would be another path. */
const madeAnew = /^gateway\.api\.deployments\.\d+\.(createdDate|description|id)$/;

/** The world's instance and bucket are shared with others, and its queue had a policy before. */
const notHere = [
  'aws:rds/snapshot:Snapshot',
  'aws:s3/bucketPolicy:BucketPolicy',
  'aws:sqs/queuePolicy:QueuePolicy',
];

interface Saved {
  readonly checkpoint: { readonly latest: { resources: readonly Resource[] } };
}

interface Resource {
  readonly urn: string;
  readonly type: string;
  /** Of what was there before the teardown. */
  readonly importID?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
}

/** Takes what the teardown has created out of the engine's state; answers it. */
function forget(system: Pick<System, 'sandbox' | 'name'>): readonly Resource[] {
  const file = stateFile(system);
  const saved = JSON.parse(readFileSync(file, 'utf8')) as Saved;
  const { latest } = saved.checkpoint;
  const gone = latest.resources.filter(({ type, importID }) => importID === undefined && created.has(type));
  const kept = (urns: readonly string[] | null = []): readonly string[] =>
    (urns ?? []).filter((urn) => !gone.some((one) => one.urn === urn));
  latest.resources = latest.resources
    .filter((one) => !gone.includes(one))
    .map(({ dependencies, propertyDependencies = {}, ...rest }) => ({
      ...rest,
      dependencies: kept(dependencies),
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([name, urns]) => [name, kept(urns)]),
      ),
    }));
  writeFileSync(file, JSON.stringify(saved));
  return gone;
}

/** Moves to a step, lets the engine forget what was created, and runs the step again; answers the types that were made. */
async function forgetting(
  system: Omit<System, 'world'>,
  step: Step,
  picture: () => Promise<unknown>,
): Promise<readonly string[]> {
  await moveTo(system, step, quickly);
  const before = await picture();
  const forgotten = forget(system);
  const types = forgotten.map(({ type }) => type);
  const run = await system.pulumi.up(quickly);
  expect(textOf(run)).not.toContain('error:');
  expect(run.exitCode).toBe(0);
  // An import may be followed by an update: of an action only the program knows that it is deployed.
  const again = run.operations.filter(
    ({ urn, op }) => op !== 'update' && forgotten.some((one) => one.urn === urn),
  );
  expect(again.map(({ urn }) => urn).sort()).toEqual(forgotten.map(({ urn }) => urn).sort());
  for (const { type, op } of again)
    expect([type, op]).toEqual([type, takenOver.includes(type) ? 'import' : 'create']);
  const changed = pathsOf(differences(before, await picture()));
  expect(changed.filter((path) => !madeAnew.test(path))).toEqual([]);
  expect(await positionOf(system)).toMatchObject({ step, reached: true });
  return types;
}

it(
  'the sample world is as it was when all that was created is created again, or taken over where that cannot be',
  async () => {
    const { system, picture, stop } = await worldSystem([
      ['accounts', 'sensitive', 'modules', 'interfaces', 'integrations', 'services', 'admins'],
      ['interfaces', 'identities', 'data'],
    ]);
    try {
      await moveTo(system, 'active', quickly);
      const captured = await picture();
      const types = new Set<string>();
      for (const step of ['read-only', 'revoked/admins'] as const)
        await part(step, async () => {
          for (const type of await forgetting(system, step, picture)) types.add(type);
        });
      expect(new Set([...types, ...notHere])).toEqual(created);
      await moveTo(system, 'active', quickly);
      expect(pathsOf(differences(captured, await picture()))).toEqual([]);
    } finally {
      await stop();
    }
  },
  limit,
);

it(
  'the archive of an RDS instance is taken over, and there is one of it',
  async () => {
    const waves = [['accounts', 'sensitive', 'modules', 'interfaces', 'integrations', 'services', 'admins']];
    const system = await newSystem(merged(...waves));
    for (const step of ['active', 'read-only', 'revoked/admins'] as const)
      await moveTo(system, step, quickly);
    expect(await forgetting(system, 'snapshotted', () => worldOf(system))).toContain(
      'aws:rds/snapshot:Snapshot',
    );
    const { snapshots } = (await worldOf(system)).aws;
    const names = (snapshots as readonly { readonly DBSnapshotIdentifier: string }[])
      .map(({ DBSnapshotIdentifier: id }) => id)
      // RDS makes backups of its own.
      .filter((id) => !id.startsWith('rds:'));
    expect(names).toEqual([`${system.name}-archive-1`]);
  },
  limit,
);
