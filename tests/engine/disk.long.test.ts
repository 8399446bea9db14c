import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Step } from '../../lifecycle/index.ts';
import { Pulumi } from '../../sandbox/index.ts';
import { differences } from '../../sandbox/differences.ts';
import { teardown } from '../../sandbox/teardown-command.ts';
import { mayMount, type SmallDisk, smallDisk } from './disk.ts';
import { entriesOf, inTheMiddle, part, stateFile, textOf, undisturbed } from './records.ts';
import {
  approveStep,
  databaseOnly,
  moveTo,
  newSystem,
  positionOf,
  type System,
  walkTo,
  worldOf,
} from './system.ts';

const quickly = ['--skip-preview'];
const limit = 900_000;

/** The system with a backend for its stack alone: the one of the sandbox is shared with other tests. */
function withOwnBackend(system: System): { readonly system: System; readonly backend: string } {
  const { sandbox, name, pulumi } = system;
  const backend = join(sandbox.directory, 'copies', `${name}-backend`);
  const own = { ...sandbox, env: { ...sandbox.env, PULUMI_BACKEND_URL: `file://${backend}` } };
  const file = stackIn(backend, name);
  mkdirSync(dirname(file), { recursive: true });
  copyFileSync(
    join(sandbox.directory, 'state', '.pulumi', 'meta.yaml'),
    join(backend, '.pulumi', 'meta.yaml'),
  );
  copyFileSync(stateFile(system), file);
  const moved = new Pulumi({ sandbox: own, stack: pulumi.stack });
  return { system: { ...system, sandbox: own, pulumi: moved }, backend };
}

function stackIn(backend: string, stack: string): string {
  return join(backend, '.pulumi', 'stacks', 'crm-teardown', `${stack}.json`);
}

/** Does what `teardown status` says, and nothing else, until that is to run the update; all that it said. */
async function advised({ sandbox, pulumi }: System): Promise<readonly string[]> {
  const said: string[] = [];
  while (said.length < 5) {
    const { code, json } = await ask('status', { sandbox, pulumi });
    const next = (code === 0 ? json.command : json.problems[0]?.hint) ?? '';
    said.push(next);
    if (next === 'pulumi up') return said;
    const [, copying] = /^make room on the disk, then: (cp .*)$/.exec(next) ?? [];
    if (copying !== undefined) execFileSync('sh', ['-c', copying]);
    if (next !== 'teardown unlock') continue;
    const unlocking = await ask('unlock', { sandbox, pulumi });
    if (unlocking.code === 0) continue;
    const [refused] = unlocking.json.problems;
    said.push(refused?.hint ?? '');
    if (refused?.hint.endsWith('then: pulumi cancel')) expect((await pulumi.cancel()).exitCode).toBe(0);
  }
  throw new Error(`not led to an update: ${said.join(' | ')}`);
}

interface Answer {
  readonly command?: string;
  readonly problems: readonly { readonly code: string; readonly hint: string }[];
}

/** What a command of `teardown` answers with `--json`. */
async function ask(
  command: string,
  { sandbox, pulumi }: Pick<System, 'sandbox' | 'pulumi'>,
): Promise<{ readonly code: number; readonly json: Answer }> {
  const { code, output } = await teardown([command, '--json'], pulumi, sandbox.env);
  return { code, json: JSON.parse(output) as Answer };
}

interface Day {
  readonly what: string;
  readonly step: Step;
  readonly of: 'evidence' | 'state';
  /** Before the update begins, or in the middle of a change. */
  readonly when: 'before' | 'in the middle';
  readonly break: (disk: SmallDisk) => void;
  /** What the operator reads. */
  readonly says: RegExp;
  /** What a second update says while nothing is mended; of the evidence store evidence.long.test.ts shows it. */
  readonly saysAgain?: RegExp;
  /** What `teardown status` leads to when the disk is well again. */
  readonly leads: readonly unknown[];
}

const full = (disk: SmallDisk): void => {
  disk.fill();
};
/** Room for the lock alone: the entry of the ledger that comes next does not fit. */
const fullBehindTheLock = (disk: SmallDisk): void => {
  disk.fill(1);
};
const readOnly = (disk: SmallDisk): void => {
  disk.makeReadOnly();
};
const straight = ['pulumi up'];
const noRoomInLedger = /evidence-store-full: .*\n\s+writing .*\/ledger\/\d{8}\.json failed: ENOSPC/;

const days: readonly Day[] = [
  {
    what: 'the evidence store is full when the gate enters the step',
    step: 'read-only',
    of: 'evidence',
    when: 'before',
    break: fullBehindTheLock,
    says: noRoomInLedger,
    leads: straight,
  },
  {
    what: 'the evidence store is full when the verification records the step',
    step: 'revoked/modules',
    of: 'evidence',
    when: 'in the middle',
    break: fullBehindTheLock,
    says: noRoomInLedger,
    leads: straight,
  },
  {
    what: 'the evidence store is read-only, on the way back',
    step: 'read-only',
    of: 'evidence',
    when: 'in the middle',
    break: readOnly,
    says: /evidence-store-read-only: /,
    leads: straight,
  },
  {
    what: 'the disk of the state is full before the update',
    step: 'revoked/modules',
    of: 'state',
    when: 'before',
    break: full,
    says: /write .*\/locks\/.*: no space left on device/,
    saysAgain: /error: .*unexpected end of JSON input/,
    leads: ['teardown unlock', expect.stringMatching(/then: pulumi cancel$/), 'pulumi up'],
  },
  {
    what: 'the disk of the state is full',
    step: 'revoked/services',
    of: 'state',
    when: 'in the middle',
    break: full,
    says: /failed to save snapshot: .*no space left on device/,
    saysAgain: /error: failed to load checkpoint: .*unexpected end of JSON input/,
    leads: [expect.stringMatching(/^make room on the disk, then: cp /), 'pulumi up'],
  },
  {
    what: 'the disk of the state is read-only, on the way back',
    step: 'read-only',
    of: 'state',
    when: 'in the middle',
    break: readOnly,
    says: /failed to save snapshot: .*read-only file system/,
    saysAgain: /error: the stack is currently locked/,
    leads: ['teardown unlock', 'pulumi up'],
  },
];

/** Breaks the disk at an update of an approved step, tries again while it is broken; mends it and does what `teardown status` says. */
async function badDay(day: Day, system: System, backend: string): Promise<void> {
  const { of, when, step, says, saysAgain, leads } = day;
  const before = await positionOf(system);
  const known = (await entriesOf(system)).length;
  const disk = smallDisk(of === 'evidence' ? system.loaded.evidenceStore : backend);
  try {
    const running = when === 'before' ? undefined : await inTheMiddle(system, 3);
    day.break(disk);
    const stopped = await (running?.result ?? system.pulumi.up(quickly));
    expect(textOf(stopped)).toMatch(says);
    expect(stopped.exitCode).not.toBe(0);
    if (saysAgain) {
      const copy = wholeCopy(system, backend);
      const again = await system.pulumi.up(quickly);
      expect(textOf(again)).toMatch(saysAgain);
      expect(again.exitCode).not.toBe(0);
      expect(wholeCopy(system, backend)).toEqual(copy);
    }
  } finally {
    disk.back();
    await undisturbed(system);
  }
  const entered = { step, reached: false };
  expect(await positionOf(system)).toMatchObject(when === 'before' ? (before ?? {}) : entered);
  const since = (await entriesOf(system)).slice(known).map(({ body }) => body.kind);
  expect(since).toEqual(when === 'before' ? [] : ['step-entered']);
  expect(await advised(system)).toEqual(leads);
}

/** The engine's copy of the state; fails if it is cut off. */
function wholeCopy({ name }: System, backend: string): unknown {
  return JSON.parse(readFileSync(`${stackIn(backend, name)}.bak`, 'utf8'));
}

/** What a step leaves of the database in a system that nothing disturbed, without the values that are each system's own. */
async function soundDatabase(step: Step): Promise<unknown> {
  const system = await newSystem(databaseOnly);
  await walkTo(system, step, quickly);
  return databaseOf(system);
}

async function databaseOf(system: System): Promise<unknown> {
  const { database } = await worldOf(system);
  const names = [system.name, system.world.names.database];
  const text = JSON.stringify(database, (key, value: unknown) => (key === 'passwordDigest' ? '' : value));
  return JSON.parse(names.reduce((rest, name) => rest.replaceAll(name, 'crm'), text)) as unknown;
}

describe('a disk that fails at an update', () => {
  (mayMount() ? it : it.skip)(
    'stops it with its own word; nothing counts as reached, status leads on, and the step leaves what it always leaves',
    async () => {
      const { system, backend } = withOwnBackend(await newSystem(databaseOnly));
      await walkTo(system, 'active', quickly);
      const { plan } = system.loaded;
      let at: Step = 'active';
      for (const day of days) {
        await part(day.what, async () => {
          for (const before of plan.slice(plan.indexOf(at) + 1, plan.indexOf(day.step)))
            await moveTo(system, before, quickly);
          at = day.step;
          await approveStep(system, at);
          await badDay(day, system, backend);
          await moveTo(system, at, quickly);
        });
      }
      expect(differences(await soundDatabase(at), await databaseOf(system))).toEqual([]);
      expect((await entriesOf(system)).filter(({ body }) => body.kind === 'delete-started')).toEqual([]);
    },
    limit,
  );
});
