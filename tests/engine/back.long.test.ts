/**
 * R94: a step that was entered and not reached is left backwards. The worst that a kill can leave is brought about by hand: everything
 * of the step is done, and the engine has saved nothing of it but the gate.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { differences, pathsOf } from '../../sandbox/differences.ts';
import { advised, entriesOf, part, stateFile, textOf } from './records.ts';
import { approveStep, databaseOnly, moveTo, newSystem, positionOf, type System, worldOf } from './system.ts';
import { worldSystem } from './world-system.ts';

const quickly = ['--skip-preview'];
const limit = 1_500_000;

type Walker = Omit<System, 'world'>;

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: unknown;
  readonly outputs?: unknown;
}

interface Saved {
  readonly checkpoint: { readonly latest: { resources: Resource[]; pending_operations?: object[] } };
}

const isGate = ({ type }: Resource): boolean => type === 'teardown:index:Gate';

/** Takes a step and brings state and ledger to what they were just after its gate, but for `creates` that were saved. */
async function killedAtTheEnd(
  system: Walker,
  step: 'read-only' | 'revoked/admins',
  creates: 'saved' | 'cut off',
): Promise<void> {
  const file = stateFile(system);
  const read = (): Saved => JSON.parse(readFileSync(file, 'utf8')) as Saved;
  const { resources: before } = read().checkpoint.latest;
  await moveTo(system, step, quickly);
  const saved = read();
  const { latest } = saved.checkpoint;
  const now = latest.resources;
  const created = now.filter(({ urn }) => !before.some((one) => one.urn === urn));
  const asBefore = (one: Resource): Resource => {
    const older = before.find(({ urn }) => urn === one.urn);
    return older && !isGate(one) ? { ...one, inputs: older.inputs, outputs: older.outputs } : one;
  };
  const onlyGate = before.map((one) => (isGate(one) ? (now.find(isGate) ?? one) : one));
  latest.resources = creates === 'saved' ? now.map(asBefore) : onlyGate;
  if (creates === 'cut off')
    latest.pending_operations = created.map((resource) => ({ type: 'creating', resource }));
  writeFileSync(file, JSON.stringify(saved));
  const [last] = (await entriesOf(system)).slice(-1);
  expect(last?.body).toMatchObject({ kind: 'step-reached', step });
  const name = `${String(last?.sequence).padStart(8, '0')}.json`;
  rmSync(join(system.loaded.evidenceStore, 'ledger', name));
}

const arrived = async (system: Walker): Promise<boolean> => (await positionOf(system))?.reached === true;

it(
  'the database is as captured after the way back, which the gate refuses without a refresh',
  async () => {
    const system = await newSystem(databaseOnly);
    await moveTo(system, 'active', quickly);
    const captured = await worldOf(system);
    await killedAtTheEnd(system, 'read-only', 'saved');
    const narrowed = await worldOf(system);
    expect(differences(captured, narrowed)).not.toEqual([]);
    await approveStep(system, 'active');
    const refused = await system.pulumi.up(quickly);
    expect(refused.exitCode).not.toBe(0);
    expect(textOf(refused)).toContain('gate-refresh-first');
    expect(await worldOf(system)).toEqual(narrowed);
    expect(await advised(system, () => arrived(system))).toEqual([
      'pulumi refresh --skip-pending-creates && pulumi up',
    ]);
    expect(differences(captured, await worldOf(system))).toEqual([]);
    expect(await positionOf(system)).toMatchObject({ step: 'active', attempt: 2 });
  },
  limit,
);

it(
  'the sample world is as captured after the way back: over the end of a step whose creates were cut off, else over a refresh',
  async () => {
    const { system, picture, stop } = await worldSystem([
      ['accounts', 'sensitive', 'modules', 'interfaces', 'integrations', 'services', 'admins'],
      ['interfaces', 'identities', 'data'],
    ]);
    const isAsCaptured = async (captured: unknown): Promise<void> => {
      expect(await positionOf(system)).toMatchObject({ step: 'active', reached: true });
      expect(pathsOf(differences(captured, await picture()))).toEqual([]);
    };
    try {
      await moveTo(system, 'active', quickly);
      const captured = await picture();
      await part('creates', async () => {
        await killedAtTheEnd(system, 'read-only', 'cut off');
        await approveStep(system, 'active');
        expect(await advised(system, () => arrived(system))).toEqual([
          'pulumi config set stage read-only && pulumi up',
        ]);
        await moveTo(system, 'active', quickly);
        await isAsCaptured(captured);
      });
      await part('updates', async () => {
        await moveTo(system, 'read-only', quickly);
        await killedAtTheEnd(system, 'revoked/admins', 'saved');
        await approveStep(system, 'active');
        const [first, ...more] = await advised(system, () => arrived(system));
        expect(first).toBe('pulumi refresh --skip-pending-creates && pulumi up');
        // What a step has made is deleted last, so one more update has to look.
        expect(more.filter((command) => !command.endsWith('pulumi up'))).toEqual([]);
        await isAsCaptured(captured);
      });
    } finally {
      await stop();
    }
  },
  limit,
);
