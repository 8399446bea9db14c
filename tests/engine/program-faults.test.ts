/**
 * Programs with one fault. First the danger: the same resources registered plainly are deleted. Then the project's program with the
 * same fault, in an update whose gate has opened for a step that deletes. What is left is read from the database.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { within } from '../../diagnostics/index.ts';
import type { Step } from '../../lifecycle/index.ts';
import { projectRoot, Pulumi, type PulumiResult } from '../../sandbox/index.ts';
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
const inFull = full ? it : it.skip;
const programs = join(projectRoot, 'tests', 'engine', 'programs');

function programOf({ sandbox, name }: System, program: 'naked' | 'protected'): Pulumi {
  return new Pulumi({ sandbox, stack: name, project: join(programs, program) });
}

/** The fault happens in the real update only, after a preview that was right, unless another phase is given. */
function withFault(fault: string, phase: 'update' | 'preview' | 'both' = 'update'): Record<string, string> {
  return { FAULT: fault, FAULT_PHASE: phase };
}

function outputOf({ stdout, stderr }: PulumiResult): string {
  return stdout + stderr;
}

describe('the same resources without protection', () => {
  let system: System;
  let naked: Pulumi;
  let env: Record<string, string>;
  let stateWhenWhole: Buffer;
  const stateFile = (): string =>
    join(system.sandbox.directory, 'state', '.pulumi', 'stacks', 'naked-program', `${system.name}.json`);

  beforeAll(async () => {
    system = await newSystem(databaseOnly);
    naked = programOf(system, 'naked');
    env = { FORMER: system.loaded.paths.former };
    await naked.init();
    const adopted = await naked.up([], { env: { ...env, ADOPT: '1' } });
    expect(adopted.changes).toMatchObject({ import: 4, delete: 0 });
    stateWhenWhole = readFileSync(stateFile());
  }, 5 * minutes);

  /** Makes the roles and the database again that an earlier test has lost, and lets the engine believe that it never lost them. */
  beforeEach(async () => {
    const { database, ...roles } = registered(system);
    const there = await existing(system);
    const missing = (name: string): boolean => !there.includes(name);
    await withDatabase(system, async (query) => {
      for (const name of Object.values(roles).filter(missing)) await query(`CREATE ROLE ${name}`);
      if (missing(database)) await query(`CREATE DATABASE ${database}`);
    });
    writeFileSync(stateFile(), stateWhenWhole);
    expect(await existing(system)).toHaveLength(4);
  });

  it.each([
    ['never settles before the gate', 0, []],
    ['never settles after the gate', 0, ['one role']],
    ['never resolves an input', 1, []],
    ['swallows an error the component', 0, []],
    ['is forgotten the component', 0, []],
  ] as const)(
    'are deleted when the program %s (exit code %i)',
    async (fault, exitCode, left) => {
      const run = await naked.up([], { env: { ...env, ...withFault(fault) } });
      expect({ exitCode: run.exitCode, left: await existing(system) }).toEqual({
        exitCode,
        left: left.map(() => expect.stringMatching(/^crm_/)),
      });
    },
    5 * minutes,
  );

  it(
    'are shown as deleted by a preview whose program awaits an unknown output',
    async () => {
      const run = await naked.preview([], { env: { ...env, ...withFault('is awaited an output', 'both') } });
      expect(run).toMatchObject({ exitCode: 0, changes: { delete: 4 } });
    },
    5 * minutes,
  );

  it(
    'are deleted by pulumi destroy',
    async () => {
      expect(await naked.destroy([], { env })).toMatchObject({ exitCode: 0 });
      expect(await existing(system)).toEqual([]);
    },
    5 * minutes,
  );

  inFull.each(['throws after the gate', 'exits with 0 after the gate', 'is killed after the gate'])(
    'survive when the program %s: SDK and language host report that as a failure',
    async (fault) => {
      const run = await naked.up(['--continue-on-error'], { env: { ...env, ...withFault(fault) } });
      expect(run.exitCode).toBe(1);
      expect(await existing(system)).toHaveLength(4);
    },
    5 * minutes,
  );
});

/** Whichever looks first: the access that would be given back, or the roll-call. */
const missed = /(run-resource|database-access)-forgotten/;

/** Faults after which the gate stays where it was, and those after which it has opened. */
const beforeTheGate = [
  ['never settles before the gate', /run-ended-early/],
  // Whether the SDK notices it depends on the moment; if not, the engine asks for hooks that nobody has registered.
  ['exits with 0 at import', /exit code 1|hook "teardown-keep" was not registered/],
  ...(full ? ([['exits with 0 before the gate', /exit code 1/]] as const) : []),
] as const;
const afterTheGate: readonly (readonly [string, RegExp])[] = [
  ['never settles after the gate', /run-ended-early/],
  ['never resolves an input', /run-ended-early/],
  ['is killed after the gate', /SIGKILL/],
  ['is forgotten the component', missed],
  ...(full
    ? ([
        ['throws after the gate', /thrown on purpose/],
        ['exits with 0 after the gate', /exit code 1/],
        ['swallows an error the component', /run-resource-forgotten/],
      ] as const)
    : []),
];
const inThePreview = [
  ['is awaited an output', /run-ended-early/],
  ['is forgotten the component', missed],
  ['is called removed the component', /keep-not-in-contract|database-access-forgotten/],
] as const;

/** At the last step the contract lets everything go, so only roll-call and guard stand: the full run tries that too. */
const steps: readonly (readonly [Step, Step])[] = [
  ['snapshotted', 'destroyed/services'],
  ...(full ? [['destroyed/services', 'destroyed/data'] as const] : []),
];

/** At destroyed/data nothing is built between gate and verification: a fault in a component cannot happen there. */
function possible<T extends readonly [string, RegExp]>(faults: readonly T[], to: Step): readonly T[] {
  return faults.filter(([fault]) => to !== 'destroyed/data' || !/component|input|output/.test(fault));
}

describe.each(steps)('the program with one fault, from %s to %s', (from, to) => {
  let system: System;
  let faulty: Pulumi;
  let before: Awaited<ReturnType<typeof worldOf>>;
  let records: ReturnType<typeof keepRecords>;

  beforeAll(async () => {
    system = await newSystem((inventory) => ({
      ...databaseOnly(inventory),
      together: [['sensitive', 'modules', 'services']],
    }));
    faulty = programOf(system, 'protected');
    await walkTo(system, from, ['--skip-preview']);
    await approveStep(system, to);
    before = await worldOf(system);
    records = keepRecords(system);
  }, 10 * minutes);

  /** Runs it, expects a failure that says why and a world that nobody has touched; answers the position afterwards. */
  async function survives(run: Promise<PulumiResult>, message: RegExp) {
    const result = await run;
    expect(outputOf(result)).toMatch(message);
    expect(result.exitCode).toBe(1);
    expect(result.changes.delete).toBe(0);
    expect(await worldOf(system)).toEqual(before);
    const position = await positionOf(system);
    records.back();
    return position;
  }

  it.each(beforeTheGate)(
    'deletes nothing when it %s',
    async (fault, message) => {
      const position = await survives(faulty.up([], { env: withFault(fault) }), message);
      expect(position).toMatchObject({ step: from, reached: true });
    },
    5 * minutes,
  );

  it.each(possible<readonly [string, RegExp]>(afterTheGate, to))(
    'deletes nothing when it %s',
    async (fault, message) => {
      const position = await survives(faulty.up([], { env: withFault(fault) }), message);
      expect(position).toMatchObject({ step: to, reached: false, deleteStarted: from !== 'snapshotted' });
    },
    5 * minutes,
  );

  it.each(full ? ['throws after the gate', 'is killed after the gate'] : ['throws after the gate'])(
    'deletes nothing with --continue-on-error when it %s',
    async (fault) => {
      const position = await survives(faulty.up(['--continue-on-error'], { env: withFault(fault) }), /error/);
      expect(position).toMatchObject({ step: to, reached: false });
    },
    5 * minutes,
  );

  for (const [fault, message] of possible<readonly [string, RegExp]>(inThePreview, to)) {
    it(
      `ends in the preview when it ${fault}`,
      async () => {
        const position = await survives(faulty.up([], { env: withFault(fault, 'both') }), message);
        expect(position).toMatchObject({ step: from, reached: true });
      },
      5 * minutes,
    );
  }

  it(
    'deletes nothing of a component forgotten while the step stays the same',
    async () => {
      system.pulumi.configure({ stage: from });
      const run = faulty.up([], { env: withFault('is forgotten the component', 'both') });
      const position = await survives(run, missed);
      expect(position).toMatchObject({ step: from, reached: true });
    },
    5 * minutes,
  );
});

/** What the naked program registers. */
function registered({ world }: System) {
  const { database, contacts, documents, application } = world.names;
  return { database, contacts, documents, application };
}

/** Of these, those that are there. */
function existing(system: System): Promise<readonly string[]> {
  return withDatabase(system, async (query) => {
    const rows = await query(
      `SELECT rolname AS name FROM pg_roles WHERE rolname = ANY($1)
       UNION SELECT datname FROM pg_database WHERE datname = ANY($1) ORDER BY 1`,
      [Object.values(registered(system))],
    );
    return rows.map(({ name }) => name);
  });
}

type Query = (statement: string, values?: unknown[]) => Promise<readonly { readonly name: string }[]>;

async function withDatabase<T>({ world }: System, work: (query: Query) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: world.environment.CRM_DATABASE_URL });
  await within('15 seconds', 'connecting to the database', client.connect());
  try {
    return await work(async (statement, values) => {
      const running = client.query<{ name: string }>(statement, values);
      return (await within('1 minute', 'a statement', running)).rows;
    });
  } finally {
    await client.end();
  }
}
