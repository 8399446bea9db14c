import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, startOf } from '../servers/index.ts';
import { type Victim } from './kills.ts';

/** A process, recognisable later. */
export interface Process {
  readonly pid: number;
  readonly started: string;
  readonly command: string;
}

/** Everything that an engine has started, and what that has started. */
export function startedBy(engine: number): readonly Process[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = contentOf(`/proc/${name}/stat`);
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const below = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === engine || below(parent));
  };
  return [...parents.keys()].filter(below).flatMap((pid) => {
    const started = startOf(pid);
    const command = contentOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
    return started === undefined ? [] : [{ pid, started, command }];
  });
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

const commands: Partial<Record<Victim, RegExp>> = {
  program: /@pulumi\/pulumi\/cmd\/run/,
  'teardown plugin': /provider\/main\.ts/,
  'stand-in plugin': /standins\/[a-z0-9]+\/main\.ts/,
};

/** The running processes of one kind below an engine. */
export function below(engine: number, victim: Victim): readonly Process[] {
  const command = commands[victim];
  return command === undefined ? [] : startedBy(engine).filter((each) => command.test(each.command));
}

/** Those of the processes that are still there ten seconds later; they are ended. */
export async function outliving(processes: readonly Process[]): Promise<readonly Process[]> {
  const end = Date.now() + 10_000;
  while (processes.some(isRunning) && Date.now() < end) await sleep(50);
  const left = processes.filter(isRunning);
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  return left;
}
