/**
 * The engine's commands that go round the program or its gate. After each of them the live systems are read again and are
 * what they were, and the ledger stands where it stood. That the naked commands do delete is shown in program-faults.test.ts.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { release } from '../../connectors/index.ts';
import type { PulumiResult } from '../../sandbox/index.ts';
import { textOf, urnsOf } from './records.ts';
import {
  approveStep,
  databaseOnly,
  keepRecords,
  newSystem,
  positionOf,
  type System,
  walkTo,
  worldOf,
} from './system.ts';

const minutes = 60_000;
const full = process.env.FULL !== undefined;
/** Variants that only the full run tries. */
const inFull = <T>(variant: T): readonly T[] => (full ? [variant] : []);
const together = [['sensitive', 'modules', 'services']];

/** What the state holds of each resource, without times and order; of a role without what DatabaseAccess sets. */
function byUrn({ resources }: Awaited<ReturnType<System['pulumi']['state']>>) {
  const own = (type: string, values: (typeof resources)[number]['inputs'] = {}) =>
    Object.entries(values).filter(
      ([name]) => !(type === 'postgresql:index/role:Role' && setByAccess.has(name)),
    );
  return Object.fromEntries(
    resources.map(({ urn, id, type, protect, inputs, outputs }) => [
      urn,
      { id, protect, inputs: own(type, inputs), outputs: own(type, outputs) },
    ]),
  );
}

const setByAccess = new Set(['login', 'superuser', 'createRole', 'roles']);

/** Title, arguments, what the answer says. */
type Destroying = [string, string[], string];
/** Title, target, further arguments, what the answer says. */
type Replacing = [string, () => string, string[], string];
type GoingRound = [string, () => string[]];
type Refreshing = ['refresh' | 'up' | 'preview', string[]];

describe('commands on a system at snapshotted', () => {
  let system: System;
  let urn: (name: string) => string;
  let role: string;
  let recorded: ReturnType<typeof byUrn>;
  let before: Awaited<ReturnType<typeof worldOf>>;
  let records: ReturnType<typeof keepRecords>;

  beforeAll(async () => {
    system = await newSystem((inventory) => ({
      ...databaseOnly(inventory),
      objects: inventory.objects,
      runner: inventory.runner,
      breakGlass: inventory.breakGlass,
      together,
    }));
    await walkTo(system, 'snapshotted', ['--skip-preview']);
    // The bucket is empty, so that nothing but the program stands before its delete.
    await release({ kind: 'bucket', name: system.world.names.bucket });
    urn = await urnsOf(system);
    recorded = byUrn(await system.pulumi.state());
    role = urn(`role:${system.world.names.application}`);
    before = await worldOf(system);
    records = keepRecords(system);
  }, 10 * minutes);

  /** What the command did: nothing, if nothing else is said. */
  async function attack(run: Promise<PulumiResult>, exitCode: number, says: string): Promise<PulumiResult> {
    const result = await run;
    expect(textOf(result)).toContain(says);
    expect(result.exitCode).toBe(exitCode);
    expect(result.operations.filter(({ op, outcome }) => op === 'delete' && outcome === 'done')).toEqual([]);
    expect(await worldOf(system)).toEqual(before);
    expect(await positionOf(system)).toMatchObject({
      step: 'snapshotted',
      reached: true,
      deleteStarted: false,
    });
    records.back();
    return result;
  }

  const unheeding = ['--run-program', '--ignore-protect', '--skip-preview', '--continue-on-error'];

  const destroying: Destroying[] = [
    ['destroy', [], 'delete hooks'],
    ['destroy --run-program', ['--run-program'], 'keep-not-confirmed'],
    ['destroy with all checks off', unheeding, 'keep-not-confirmed'],
    ...inFull<Destroying>([
      'destroy of what is not protected',
      ['--run-program', '--exclude-protected'],
      'keep-not-confirmed',
    ]),
  ];
  it.each(destroying)(
    'pulumi %s deletes nothing',
    (_title, args, says) => attack(system.pulumi.destroy(args), 1, says),
    5 * minutes,
  );

  it(
    'pulumi destroy --target of an empty bucket deletes nothing, with all checks off',
    () => {
      const target = ['--target', urn('bucket:attachments'), '--target-dependents'];
      return attack(system.pulumi.destroy([...unheeding, ...target]), 1, 'keep-not-confirmed');
    },
    5 * minutes,
  );

  const replacing: Replacing[] = [
    ...inFull<Replacing>(['a role', () => role, [], 'keep-not-confirmed']),
    ...inFull<Replacing>(['a role, without preview', () => role, ['--skip-preview'], 'may not be replaced']),
    ...inFull<Replacing>([
      'the empty bucket',
      () => urn('bucket:attachments'),
      ['--ignore-protect'],
      'keep-not-confirmed',
    ]),
    ...inFull<Replacing>([
      'a grant',
      () => urn(`grant:${system.world.names.contacts}`),
      [],
      'keep-not-confirmed',
    ]),
    [
      'a grant, without preview',
      () => urn(`grant:${system.world.names.contacts}`),
      ['--skip-preview'],
      'keep-not-confirmed',
    ],
    ...inFull<Replacing>(['the gate', () => urn('gate'), [], 'gate-state-lost']),
    ['the gate, with all checks off', () => urn('gate'), unheeding.slice(1), 'gate-state-lost'],
    ...inFull<Replacing>(['the verification', () => urn('verification'), [], 'keep-not-confirmed']),
  ];
  it.each(replacing)(
    'pulumi up --replace of %s is refused',
    (_what, target, args, says) =>
      attack(system.pulumi.up(['--replace', target(), ...args]), 1, says).then(() => undefined),
    5 * minutes,
  );

  const goingRound: GoingRound[] = [
    ...inFull<GoingRound>(['--target of one resource', () => ['--target', role]]),
    ...inFull<GoingRound>(['--exclude of the gate', () => ['--exclude', urn('gate')]]),
    ['--exclude of the gate with all checks off', () => ['--exclude', urn('gate'), ...unheeding.slice(1)]],
  ];
  it.each(goingRound)(
    'pulumi up %s goes round a gate that would open, and finds the program at the old step',
    async (_what, args) => {
      await approveStep(system, 'destroyed/services');
      const result = await attack(system.pulumi.up(args()), 0, 'snapshotted');
      expect(result.changes).toMatchObject({ create: 0, update: 0, delete: 0 });
    },
    5 * minutes,
  );

  it(
    'pulumi up --continue-on-error stops at a gate that stays shut',
    async () => {
      system.pulumi.configure({ stage: 'destroyed/services' });
      await attack(system.pulumi.up(['--continue-on-error']), 1, 'gate-evidence-missing');
    },
    5 * minutes,
  );

  it(
    'pulumi up --ignore-protect changes nothing',
    async () => {
      const result = await attack(system.pulumi.up(['--ignore-protect']), 0, 'unchanged');
      expect(result.changes).toMatchObject({ create: 0, update: 0, delete: 0 });
    },
    5 * minutes,
  );

  it(
    'a gate that was deleted from the state is missed at every start, and cannot be imported',
    async () => {
      const { pulumi } = system;
      const lost = await pulumi.stateCommand('delete', [urn('gate'), '--force', '--target-dependents']);
      expect(lost.exitCode).toBe(0);
      const withoutGate = keepRecords(system);
      for (const stage of ['active', ...inFull('snapshotted'), ...inFull('destroyed/services')]) {
        pulumi.configure({ stage });
        await attack(pulumi.up(), 1, 'gate-state-lost');
        withoutGate.back();
      }
      await attack(pulumi.import(['teardown:index:Gate', 'gate', system.name]), 1, 'gate-cannot-be-imported');
    },
    10 * minutes,
  );

  it(
    'a second gate cannot be imported',
    () =>
      attack(
        system.pulumi.import(['teardown:index:Gate', 'second', system.name]),
        1,
        'gate-cannot-be-imported',
      ).then(() => undefined),
    5 * minutes,
  );

  const refreshing: Refreshing[] = [
    ...inFull<Refreshing>(['refresh', []]),
    ...inFull<Refreshing>(['refresh', ['--preview-only']]),
    ...inFull<Refreshing>(['refresh', ['--run-program']]),
    ['up', ['--refresh']],
    ...inFull<Refreshing>(['preview', ['--refresh']]),
  ];
  it.each(refreshing)(
    'pulumi %s %j finds everything as recorded, and the gate remembers its step',
    async (command, args) => {
      const result = await system.pulumi[command](args);
      expect(byUrn(await system.pulumi.state())).toEqual(recorded);
      expect(result.changes).toMatchObject({ create: 0, delete: 0 });
      await attack(Promise.resolve(result), 0, 'unchanged');
    },
    5 * minutes,
  );
});
