/** Two stacks with the same resources at the same step: ours, and that of the minimal program. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from '../lifecycle/index.ts';
import type { Sandbox } from '../sandbox/index.ts';
import type { LiteralResource } from './literals.ts';
import { comparison, interleave, type Measurement, type Sample } from './statistics.ts';
import { literals, newSystem, type System, walkTo, wantStep } from './system.ts';
import { failure, preparing, timed, type TimedStack, timedStack } from './timed-stack.ts';

/** Both stand at the first of the two steps; one grant away is the second. */
export interface Contest {
  readonly ours: System;
  readonly minimal: TimedStack;
  readonly progress: (text: string) => void;
  /** Puts the resources of a step before the minimal program; what is left is one `pulumi up`. */
  readonly want: (step: Step) => void;
}

/** Both stand at `active`. */
export type SizedContest = Pick<Contest, 'ours' | 'minimal' | 'progress'>;

const steps = ['revoked/accounts', 'revoked/sensitive'] as const;
const largeModules = 40;

/** The sample CRM twice, so that each program changes a world of its own. */
export async function smallContest(sandbox: Sandbox, progress: (text: string) => void): Promise<Contest> {
  progress('taking a system to a step, with our program');
  const ours = await newSystem(sandbox, 'bench-ours');
  await walkTo(ours, steps[0]);
  progress('taking a second system there, for the minimal program to take over');
  const other = await newSystem(sandbox, 'bench-other');
  await walkTo(other, steps[0]);
  const atFirst = await literals(other);
  await wantStep(other, steps[1]);
  await succeed(other.stack);
  return contest({ sandbox, progress, ours, name: 'minimal', states: [atFirst, await literals(other)] });
}

/**
 * One world with many modules for both programs. The same change made by one after the other is real work for both: they
 * look at their own state and set what it says.
 */
export async function largeContest(sandbox: Sandbox, progress: (text: string) => void): Promise<Contest> {
  progress(`taking a system with ${largeModules} modules more to a step, with both programs`);
  const ours = await newSystem(sandbox, 'bench-large', largeModules);
  await walkTo(ours, steps[1]);
  const atSecond = await literals(ours);
  await wantStep(ours, steps[0]);
  await succeed(ours.stack);
  return contest({
    sandbox,
    progress,
    ours,
    name: 'minimal-large',
    states: [await literals(ours), atSecond],
  });
}

/** One world with so many modules more, taken over by both programs. */
export async function sizedContest(
  sandbox: Sandbox,
  progress: (text: string) => void,
  modules: number,
): Promise<SizedContest> {
  progress(`taking a system with ${modules} modules more over, with both programs`);
  const ours = await newSystem(sandbox, `bench-${modules}`, modules);
  await walkTo(ours, 'active');
  const atActive = await literals(ours);
  const name = `minimal-${modules}`;
  return contest({ sandbox, progress, ours, name, states: [atActive, atActive] });
}

interface Preparing {
  readonly sandbox: Sandbox;
  readonly progress: (text: string) => void;
  readonly ours: System;
  readonly name: string;
  /** The resources at each of the two steps. */
  readonly states: readonly [readonly LiteralResource[], readonly LiteralResource[]];
}

/** The minimal program takes its world over where that stands, at the second step or the first, and goes to the first. */
async function contest({ sandbox, progress, ours, name, states }: Preparing): Promise<Contest> {
  const file = join(sandbox.directory, `${name}.resources.json`);
  const want = (step: Step): void => {
    writeFileSync(file, JSON.stringify(states[step === steps[0] ? 0 : 1], undefined, 2));
  };
  const project = join(import.meta.dirname, 'minimal-program');
  const minimal = timedStack({ sandbox, stack: name, project });
  await minimal.pulumi.init({ resources: file });
  want(steps[0]);
  await succeed(minimal);
  return { ours, minimal, progress, want };
}

async function succeed({ pulumi }: TimedStack): Promise<void> {
  const result = await pulumi.up(['--skip-preview'], preparing);
  if (result.exitCode !== 0) throw new Error(failure(`up of ${pulumi.stack}`, result));
}

/** Pairs of runs that find nothing to change. */
export async function unchanged(
  { ours, minimal, progress }: SizedContest,
  verb: 'preview' | 'up',
  rounds: number,
): Promise<Measurement> {
  const runs = { measured: () => timed(ours.stack, verb), baseline: () => timed(minimal, verb) };
  const pairs = await interleave(rounds, runs, (round) => {
    progress(`round ${round} of ${rounds}`);
  });
  return comparison(pairs);
}

/** The tool's own updates beside the one that both make: gate, access of the database and verification. */
const ownUpdates = 3;

/** Pairs of updates that make the same change, to the other step and back in turn. Approving is not timed. */
export async function changed(
  { ours, minimal, progress, want }: Contest,
  rounds: number,
): Promise<Measurement> {
  let round = 0;
  const next = (): Step => steps[round % 2 === 0 ? 1 : 0];
  const measured = async (): Promise<Sample> => {
    await wantStep(ours, next());
    return timed(ours.stack, 'up', 1 + ownUpdates);
  };
  const baseline = (): Promise<Sample> => {
    want(next());
    return timed(minimal, 'up', 1);
  };
  const pairs = await interleave(rounds, { measured, baseline }, (done) => {
    round = done;
    progress(`round ${done} of ${rounds}`);
  });
  return comparison(pairs);
}
