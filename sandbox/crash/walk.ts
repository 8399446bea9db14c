import { setTimeout as sleep } from 'node:timers/promises';
import { type Json } from '../../diagnostics/index.ts';
import { type Position, type Step } from '../../lifecycle/index.ts';
import { type RunningPulumi } from '../pulumi.ts';
import { isServer, type Kill } from './kills.ts';
import { untilPhase } from './moment.ts';
import { below, outliving, startedBy } from './processes.ts';
import { type Servers } from './servers.ts';
import { type Subject } from './subject.ts';

/** A kill that was done, at the step it was done in. */
export interface Struck extends Kill {
  readonly step: Step | 'none';
}

/** What a walk came to. */
export interface Walked {
  readonly struck: readonly Struck[];
  /** Processes that outlived their engine. */
  readonly orphans: readonly string[];
  /** Why it did not arrive; undefined: it did. */
  readonly stuck?: string;
  /** The world after the way back to `active`, and as it was captured. */
  readonly back: { readonly before: Json; readonly after: Json };
}

/** No step needs more commands than that, even with a kill in one of them. */
const mostCommands = 14;

/**
 * Walks a system to the last wave of revoked, back to `active` and forward to the end, doing what `teardown status` says and
 * nothing else. Each update takes the next of the kills whose phase it can come to, and leaves it if the moment does not come.
 */
export async function walk(subject: Subject, servers: Servers, kills: Kill[], say: Say): Promise<Walked> {
  const { plan } = subject.loaded;
  const turn = plan.filter((step) => step.startsWith('revoked')).at(-1) ?? 'read-only';
  const done: Done = { struck: [], orphans: [] };
  const before = await subject.picture();
  let after = before;
  try {
    const operator = new Operator(subject, servers, kills, done, say);
    await operator.walkTo(turn);
    subject.aim('active');
    await operator.walkTo('active', 2);
    after = await subject.picture();
    await operator.walkTo(plan.at(-1) ?? 'active');
  } catch (error) {
    return {
      ...done,
      back: { before, after },
      stuck: error instanceof Error ? error.message : String(error),
    };
  }
  return { ...done, back: { before, after } };
}

export type Say = (line: string) => void;

interface Done {
  readonly struck: Struck[];
  readonly orphans: string[];
}

class Operator {
  readonly #subject: Subject;
  readonly #servers: Servers;
  readonly #kills: Kill[];
  readonly #done: Done;
  readonly #say: Say;

  constructor(subject: Subject, servers: Servers, kills: Kill[], done: Done, say: Say) {
    this.#subject = subject;
    this.#servers = servers;
    this.#kills = kills;
    this.#done = done;
    this.#say = say;
  }

  async walkTo(target: Step, attempt = 1): Promise<void> {
    const most = mostCommands * this.#subject.loaded.plan.length;
    for (let commands = 0; commands < most; commands += 1) {
      const { command, position } = await this.#subject.status();
      if (position?.step === target && position.reached && position.attempt >= attempt) return;
      if (command === null) throw new Error(`nothing is left to do, and ${target} is not reached`);
      await this.#do(command, position);
    }
    throw new Error(`${target} is not reached after ${most} commands`);
  }

  async #do(command: string, position: Position | null): Promise<void> {
    const step = / stage (\S+)/.exec(command)?.[1] ?? position?.step ?? 'active';
    const kill = command.endsWith('pulumi up') ? this.#take(step) : undefined;
    const flags = kill?.phase === 'preview' ? [] : ['--skip-preview'];
    const running = await this.#subject.follow(command, flags);
    if (running === undefined) return;
    if (kill && !(await this.#strike(kill, step as Step, running))) this.#postpone(kill);
    await running.result;
    await this.#servers.restart();
  }

  /** The next kill that this step can come to; deletes are at the end and on the way back only. */
  #take(step: string): Kill | undefined {
    const possible = this.#kills.findIndex(({ phase }) =>
      phase === 'delete'
        ? /^(destroyed|active)/.test(step)
        : phase !== 'archive write' || step === 'snapshotted',
    );
    return possible === -1 ? undefined : this.#kills[possible];
  }

  /** Its moment did not come: the others first. */
  #postpone(kill: Kill): void {
    this.#kills.splice(this.#kills.indexOf(kill), 1);
    this.#kills.push(kill);
  }

  async #strike(kill: Kill, step: Step, running: RunningPulumi): Promise<boolean> {
    if (!(await untilPhase(kill.phase, running, this.#subject.loaded.evidenceStore))) return false;
    await sleep(kill.delay);
    let started = startedBy(running.pid);
    while (!this.#hit(kill, running)) {
      // The engine starts its plugins one by one; one that has ended is none of them.
      if (!running.kill(0)) return false;
      await sleep(15);
      started = startedBy(running.pid);
    }
    this.#kills.splice(this.#kills.indexOf(kill), 1);
    this.#done.struck.push({ ...kill, step });
    this.#say(`${step}: ${kill.signal} to ${kill.victim} in ${kill.phase}`);
    await running.result;
    const left = await outliving(started);
    this.#done.orphans.push(...left.map((each) => each.command));
    return true;
  }

  /** True if something that was running got the signal. */
  #hit({ victim, signal }: Kill, running: RunningPulumi): boolean {
    if (isServer(victim)) return this.#servers.kill(victim);
    if (victim === 'engine') return running.kill(signal);
    const found = below(running.pid, victim);
    for (const { pid } of found) process.kill(pid, signal);
    return found.length > 0;
  }
}
