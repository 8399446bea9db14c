/**
 * sandbox/crash: walks systems through their steps while program, plugins, engine and live systems are killed at seeded moments,
 * does what `teardown status` says afterwards and nothing else, and compares the outcome with a walk without kills.
 */
import type { Sandbox } from '../index.ts';
import { Agenda, countsOf } from './agenda.ts';
import { type Outcome, outcomeOf, judge, type Verdict } from './judge.ts';
import { type Phase, phases, planBlows, type Victim, victims } from './kills.ts';
import { killableServers } from './servers.ts';
import { type Spent, Stopwatch } from './stopwatch.ts';
import { type Edit, Subject } from './subject.ts';
import { type Means, type Say, walk, type Walked } from './walk.ts';

export interface CrashOptions {
  readonly sandbox: Sandbox;
  readonly kills: number;
  readonly seed: number;
  /** @default the whole sample, its waves taken together so that a walk has fewer steps and each of them does more */
  readonly edit?: Edit;
  /** @default all; in an update each comes only where the walk without kills came to it */
  readonly phases?: readonly Phase[];
  readonly victims?: readonly Victim[];
  readonly say: Say;
}

/** What `--json FILE` writes. */
export interface CrashReport {
  readonly kills: number;
  readonly seed: number;
  /** That without kills is one of them. */
  readonly walks: number;
  readonly phases: Readonly<Partial<Record<Phase, number>>>;
  readonly victims: Readonly<Partial<Record<Victim, number>>>;
  readonly diverged: number;
  readonly lost: number;
  readonly doubled: number;
  readonly orphans: number;
  /** True only if at least as many kills were done as were asked for, and nothing of the four was found. */
  readonly ok: boolean;
  readonly found: readonly string[];
  /** Where the time went. */
  readonly seconds: Readonly<Partial<Record<Spent, number>>>;
}

const fewerSteps: Edit = (inventory) => ({
  ...inventory,
  together: [
    ['accounts', 'sensitive', 'modules'],
    ['interfaces', 'integrations', 'services', 'admins'],
    ['interfaces', 'identities', 'data'],
  ],
});

/** A walk takes as many: some at each of its stops. What did not come to its moment is left for the next. */
const killsOfWalk = 30;

/** A walk without kills first, then walks with kills until all of them were done; a walk in which none came to its moment is the last. */
export async function crash({ sandbox, kills, seed, say, ...options }: CrashOptions): Promise<CrashReport> {
  const servers = await killableServers(sandbox);
  const clock = new Stopwatch();
  const edit = options.edit ?? fewerSteps;
  const one = async (
    name: string,
    killing: Means['killing'],
  ): Promise<[Walked, Outcome, readonly string[]]> => {
    const subject = await clock.time('worlds', () => Subject.make(name, sandbox, servers, edit));
    const walked = await walk(subject, { servers, clock, say, killing });
    return [walked, await outcomeOf(subject, walked.back), subject.loaded.plan];
  };
  say('the walk without kills');
  const [quiet, reference, plan] = await one(`crash-${seed}-0`, undefined);
  const demanded = options.phases ?? phases;
  const stops = quiet.seen.map((seen) => new Set(demanded.filter((phase) => seen.has(phase))));
  // Some more than asked for: not every moment comes, and a walk for a last one is long.
  const blows = planBlows(kills + Math.floor(kills / 10), seed, options.victims ?? victims);
  const agenda = new Agenda(blows, stops, Math.ceil(kills / killsOfWalk));
  const verdicts: Verdict[] = [judge(quiet, reference, reference, plan)];
  const orphans: string[] = [];
  for (
    let number = 0, before = -1;
    agenda.struck.length < kills && agenda.struck.length > before;
    number += 1
  ) {
    before = agenda.struck.length;
    const [walked, outcome] = await one(`crash-${seed}-${number + 1}`, { agenda, walk: number });
    verdicts.push(judge(walked, outcome, reference, plan));
    orphans.push(...walked.orphans);
  }
  const all = (kind: keyof Verdict): readonly string[] => verdicts.flatMap((verdict) => verdict[kind]);
  const found = [...(['diverged', 'lost', 'doubled'] as const).flatMap(all), ...orphans];
  return {
    kills: agenda.struck.length,
    seed,
    walks: verdicts.length,
    phases: agenda.counts,
    victims: countsOf(agenda.struck.map(({ victim }) => victim)),
    diverged: all('diverged').length,
    lost: all('lost').length,
    doubled: all('doubled').length,
    orphans: orphans.length,
    ok: agenda.struck.length >= kills && found.length === 0,
    found,
    seconds: clock.seconds,
  };
}
