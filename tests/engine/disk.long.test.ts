import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Step } from '../../lifecycle/index.ts';
import { projectRoot } from '../../sandbox/index.ts';
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

/** What fails, and how an update is made to use it. */
interface Place {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  /** After the disk is well again. */
  readonly takeBack: () => void;
}

const evidenceOf = ({ loaded }: System): Place => ({
  directory: loaded.evidenceStore,
  env: {},
  takeBack: () => undefined,
});

/** A backend for this stack alone: the one of the sandbox is shared with other tests. */
function stateOf(system: System): Place {
  const directory = join(system.sandbox.directory, 'copies', `${system.name}-backend`);
  const shared = join(system.sandbox.directory, 'state');
  const file = stateFile(system);
  const own = join(directory, relative(shared, file));
  mkdirSync(dirname(own), { recursive: true });
  copyFileSync(join(shared, '.pulumi', 'meta.yaml'), join(directory, '.pulumi', 'meta.yaml'));
  copyFileSync(file, own);
  return {
    directory,
    env: { PULUMI_BACKEND_URL: `file://${directory}` },
    takeBack: () => {
      for (const end of ['', '.bak']) copyFileSync(`${own}${end}`, `${file}${end}`);
    },
  };
}

interface Day {
  readonly what: string;
  readonly step: Step;
  readonly place: (system: System) => Place;
  readonly break: (disk: SmallDisk) => void;
  /** What the operator reads. */
  readonly says: RegExp;
  /** What else has to be done than to make room. */
  readonly mend?: (system: System) => void;
}

/** The engine has left a state that nobody can read; the operator does what `teardown status` says. */
function restoreState({ sandbox, pulumi, name }: System): void {
  const args = ['status', '--json', '--stack', name, '--config-file', pulumi.configFile];
  const status = () =>
    spawnSync(join(projectRoot, 'cli', 'teardown'), args, { encoding: 'utf8', env: sandbox.env });
  const { status: code, stdout } = status();
  const { problems } = JSON.parse(stdout) as { problems: readonly { code: string; hint: string }[] };
  expect([code, problems[0]?.code]).toEqual([3, 'cli-state-unreadable']);
  const [, command = ''] = /^make room on the disk, then: (cp .*)$/.exec(problems[0]?.hint ?? '') ?? [];
  execFileSync('sh', ['-c', command]);
  expect(status().status).toBe(0);
}

const full = (disk: SmallDisk): void => {
  disk.fill();
};
const readOnly = (disk: SmallDisk): void => {
  disk.makeReadOnly();
};

const days: readonly Day[] = [
  {
    what: 'the evidence store is full',
    step: 'read-only',
    place: evidenceOf,
    break: full,
    says: /evidence-store-full: /,
  },
  {
    what: 'the evidence store is read-only',
    step: 'revoked/sensitive',
    place: evidenceOf,
    break: readOnly,
    says: /evidence-store-read-only: /,
  },
  {
    what: 'the disk of the state is full',
    step: 'revoked/modules',
    place: stateOf,
    break: full,
    says: /failed to save snapshot: .*no space left on device/,
    mend: restoreState,
  },
];

/** It is in the middle of a step, and nothing says that the step was reached. */
async function notReached(system: System, step: Step): Promise<void> {
  expect(await positionOf(system)).toMatchObject({ step, reached: false });
  const reached = (await entriesOf(system)).filter(
    ({ body }) => body.kind === 'step-reached' && body.step === step,
  );
  expect(reached).toEqual([]);
}

describe('a disk that fails in the middle of an update', () => {
  (mayMount() ? it : it.skip)(
    'stops it with its own word; nothing counts as reached, and the same command converges',
    async () => {
      const system = await newSystem(databaseOnly);
      await walkTo(system, 'active', quickly);
      const { plan } = system.loaded;
      let at = plan.indexOf('active');
      for (const { what, step, place, break: breakIt, says, mend } of days) {
        await part(what, async () => {
          for (const before of plan.slice(at + 1, plan.indexOf(step))) await moveTo(system, before, quickly);
          at = plan.indexOf(step);
          await approveStep(system, step);
          const { directory, env, takeBack } = place(system);
          const disk = smallDisk(directory);
          try {
            const running = await inTheMiddle(system, 5, env);
            breakIt(disk);
            const stopped = await running.result;
            expect(stopped.exitCode).not.toBe(0);
            expect(textOf(stopped)).toMatch(says);
          } finally {
            disk.back();
            takeBack();
          }
          await notReached(system, step);
          await undisturbed(system);
          mend?.(system);
          await moveTo(system, step, quickly);
        });
      }
      const world = await worldOf(system);
      expect(world.database.database).not.toBeNull();
      expect((await entriesOf(system)).filter(({ body }) => body.kind === 'delete-started')).toEqual([]);
    },
    900_000,
  );
});
