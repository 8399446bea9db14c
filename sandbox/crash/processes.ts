import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, type Recognised, type RunningProcess, startedBy } from '../servers/index.ts';
import type { Victim } from './kills.ts';

const commands: Partial<Record<Victim, RegExp>> = {
  program: /@pulumi\/pulumi\/cmd\/run/,
  'teardown plugin': /provider\/main\.ts/,
  'stand-in plugin': /standins\/[a-z0-9]+\/main\.ts/,
};

/** The running processes of one kind below an engine. */
export function below(engine: number, victim: Victim): readonly RunningProcess[] {
  const command = commands[victim];
  return command === undefined ? [] : startedBy(engine).filter((each) => command.test(each.command));
}

/** Those of the processes that are still there ten seconds later; they are ended. */
export async function outliving<Some extends Recognised>(
  processes: readonly Some[],
): Promise<readonly Some[]> {
  const end = Date.now() + 10_000;
  while (processes.some(isRunning) && Date.now() < end) await sleep(50);
  const left = processes.filter(isRunning);
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  return left;
}
