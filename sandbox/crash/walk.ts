import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../../diagnostics/index.ts';
import type { Step } from '../../lifecycle/index.ts';
import type { RunningPulumi } from '../pulumi.ts';
import { startedBy } from '../servers/index.ts';
import type { Agenda } from './agenda.ts';
import { isServer, type Kill, type Phase } from './kills.ts';
import { phasesOf, untilPhase } from './moment.ts';
import { below, outliving } from './processes.ts';
import { isWayBack, routeOf, type Stop } from './route.ts';
import type { Servers } from './servers.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { Subject } from './subject.ts';

/** What a walk came to. */
export interface Walked {
  /** Processes that outlived their engine. */
  readonly orphans: readonly string[];
  /** What the updates of each stop came to. */
  readonly seen: readonly ReadonlySet<Phase>[];
  /** Why it did not arrive; undefined: it did. */
  readonly stuck?: string;
  /** The world after the way back to `active`, and as it was captured. */
  readonly back: { readonly before: Json; readonly after: Json };
}

export type Say = (line: string) => void;

/** What a walk is done with. */
export interface Means {
  readonly servers: Servers;
  readonly clock: Stopwatch;
  readonly say: Say;
  /** Undefined: nothing is killed. `walk`: the number of this one, from 0. */
  readonly killing?: { readonly agenda: Agenda; readonly walk: number } | undefined;
}

/** No stop needs more commands than that, and as many for each kill. */
const mostCommands = 8;

/** Walks a system along its route, doing what `teardown status` says and nothing else. */
export async function walk(subject: Subject, means: Means): Promise<Walked> {
  const { agenda, walk: number } = means.killing ?? {};
  const before = await subject.picture();
  const orphans: string[] = [];
  const seen: ReadonlySet<Phase>[] = [];
  let after = before;
  try {
    const operator = new Operator(subject, means, orphans);
    for (const [at, stop] of routeOf(subject.loaded.plan).entries()) {
      if (isWayBack(stop)) subject.aim(stop.step);
      seen.push(await operator.reach(stop, agenda?.dueAt(number ?? 0, at) ?? []));
      if (isWayBack(stop)) after = await subject.picture();
    }
  } catch (error) {
    const stuck = error instanceof Error ? error.message : String(error);
    return { orphans, seen, back: { before, after }, stuck };
  }
  return { orphans, seen, back: { before, after } };
}

class Operator {
  readonly #subject: Subject;
  readonly #means: Means;
  readonly #orphans: string[];

  constructor(subject: Subject, means: Means, orphans: string[]) {
    this.#subject = subject;
    this.#means = means;
    this.#orphans = orphans;
  }

  /** Each update takes the next of the phases that are due, and leaves it if its moment does not come. */
  async reach({ step, attempt }: Stop, due: readonly Phase[]): Promise<ReadonlySet<Phase>> {
    const seen = new Set<Phase>();
    const ahead = [...due];
    const most = mostCommands * (1 + due.length);
    for (let commands = 0; commands < most; commands += 1) {
      const { command, position, next } = await this.#status();
      if (position?.step === step && position.reached && position.attempt >= attempt) {
        // What a killed delete has left in the state when no step is to come.
        if (command !== null && next === null) await this.#follow(command, step, undefined);
        return seen;
      }
      if (command === null) throw new Error(`nothing is left to do, and ${step} is not reached`);
      const phase = command.endsWith('pulumi up') ? ahead.shift() : undefined;
      for (const each of await this.#follow(command, step, phase)) seen.add(each);
    }
    throw new Error(`${step} is not reached after ${most} commands`);
  }

  #status(): ReturnType<Subject['status']> {
    return this.#means.clock.time('teardown commands', () => this.#subject.status());
  }

  async #follow(command: string, step: Step, phase: Phase | undefined): Promise<ReadonlySet<Phase>> {
    const { clock, servers, killing } = this.#means;
    const flags = phase === 'preview' ? [] : ['--skip-preview'];
    const running = await clock.time('teardown commands', () => this.#subject.follow(command, flags));
    if (running === undefined) return new Set();
    const blow = killing?.agenda.next;
    const kill = phase && blow ? { ...blow, phase } : undefined;
    const { events } = await clock.time(kill ? 'killed updates' : 'whole updates', async () => {
      if (kill) await this.#strike(kill, step, running);
      return running.result;
    });
    await clock.time('restarts', () => servers.restart());
    return phasesOf(events);
  }

  async #strike(kill: Kill, step: Step, running: RunningPulumi): Promise<void> {
    if (!(await untilPhase(kill.phase, running, this.#subject.loaded.evidenceStore))) return;
    await sleep(kill.delay);
    let started = startedBy(running.pid);
    while (!this.#hit(kill, running)) {
      // The engine starts its plugins one by one; one that has ended is none of them.
      if (!running.kill(0)) return;
      await sleep(15);
      started = startedBy(running.pid);
    }
    this.#means.killing?.agenda.done({ ...kill, step });
    this.#means.say(`${step}: ${kill.signal} to ${kill.victim} in ${kill.phase}`);
    await running.result;
    const left = await outliving(started);
    this.#orphans.push(...left.map((each) => each.command));
  }

  /** True if something that was running got the signal. */
  #hit({ victim, signal }: Kill, running: RunningPulumi): boolean {
    if (isServer(victim)) return this.#means.servers.kill(victim);
    if (victim === 'engine') return running.kill(signal);
    const found = below(running.pid, victim);
    for (const { pid } of found) process.kill(pid, signal);
    return found.length > 0;
  }
}
