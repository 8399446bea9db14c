/**
 * sandbox/crash: walks systems through their steps while program, plugins, engine and live systems are killed at seeded moments,
 * does what `teardown status` says afterwards and nothing else, and compares the outcome with a walk without kills.
 */
import { type Sandbox } from '../index.ts';
import { type Outcome, outcomeOf, judge, type Verdict } from './judge.ts';
import { type Phase, phases, planKills, type Victim, victims } from './kills.ts';
import { killableServers } from './servers.ts';
import { type Edit, Subject } from './subject.ts';
import { type Say, type Struck, walk, type Walked } from './walk.ts';

export interface CrashOptions {
  readonly sandbox: Sandbox;
  readonly kills: number;
  readonly seed: number;
  /** @default the whole sample */
  readonly edit?: Edit;
  readonly phases?: readonly Phase[];
  readonly victims?: readonly Victim[];
  readonly say: Say;
}

/** What `--json FILE` writes. */
export interface CrashReport {
  readonly kills: number;
  readonly seed: number;
  readonly walks: number;
  readonly phases: Readonly<Partial<Record<Phase, number>>>;
  readonly victims: Readonly<Partial<Record<Victim, number>>>;
  readonly diverged: number;
  readonly lost: number;
  readonly doubled: number;
  readonly orphans: number;
  /** True only if as many kills were done as were asked for, and nothing of the four was found. */
  readonly ok: boolean;
  readonly found: readonly string[];
}

/** A walk without kills first, then walks with kills until all of them were done; a walk in which none came to its moment is the last. */
export async function crash({ sandbox, kills, seed, say, ...options }: CrashOptions): Promise<CrashReport> {
  const servers = await killableServers(sandbox);
  const edit = options.edit ?? ((same) => same);
  const pending = [
    ...planKills(kills, seed, { phases: options.phases ?? phases, victims: options.victims ?? victims }),
  ];
  const one = async (
    name: string,
    planned: typeof pending,
  ): Promise<[Walked, Outcome, readonly string[]]> => {
    const subject = await Subject.make(name, sandbox, servers, edit);
    const walked = await walk(subject, servers, planned, say);
    return [walked, await outcomeOf(subject, walked.back.before), subject.loaded.plan];
  };
  say('the walk without kills');
  const [quiet, reference, plan] = await one(`crash-${seed}-0`, []);
  const verdicts: Verdict[] = [judge(quiet, reference, reference, plan)];
  const struck: Struck[] = [];
  const orphans: string[] = [];
  for (let walks = 1; pending.length > 0; walks += 1) {
    const [walked, outcome] = await one(`crash-${seed}-${walks}`, pending);
    verdicts.push(judge(walked, outcome, reference, plan));
    struck.push(...walked.struck);
    orphans.push(...walked.orphans);
    if (walked.struck.length === 0) break;
  }
  const all = (kind: keyof Verdict): readonly string[] => verdicts.flatMap((verdict) => verdict[kind]);
  const found = [...(['diverged', 'lost', 'doubled'] as const).flatMap(all), ...orphans];
  return {
    kills: struck.length,
    seed,
    walks: verdicts.length,
    phases: counted(struck.map(({ phase }) => phase)),
    victims: counted(struck.map(({ victim }) => victim)),
    diverged: all('diverged').length,
    lost: all('lost').length,
    doubled: all('doubled').length,
    orphans: orphans.length,
    ok: struck.length === kills && found.length === 0,
    found,
  };
}

function counted<Name extends string>(names: readonly Name[]): Partial<Record<Name, number>> {
  const counts: Partial<Record<Name, number>> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
