import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Duration, milliseconds, TeardownError } from '../../diagnostics/index.ts';
import { lastLines } from '../install/index.ts';
import { problems } from '../problems.ts';
import { isRunning, type Recognised, startOf, workingIn } from '../running.ts';

export interface ProcessRecord extends Recognised {
  readonly name: string;
  /** What this server takes as "end now, orderly". */
  readonly stopSignal: NodeJS.Signals;
}

export interface Launch {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Standard output and error go here. */
  readonly log: string;
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  readonly stopSignal: NodeJS.Signals;
}

export interface Launched {
  readonly record: ProcessRecord;
  readonly log: string;
}

/** Starts a process that outlives this one and records it at once, so that `down` finds it whatever happens next. */
export function launch(recordFile: string, what: Launch): Launched {
  mkdirSync(dirname(what.log), { recursive: true });
  const output = openSync(what.log, 'a', 0o600);
  const child = spawn(what.command, what.args, {
    cwd: what.directory,
    env: { ...process.env, ...what.environment },
    detached: true,
    stdio: ['ignore', output, output],
    ...what.user,
  });
  child.on('error', () => undefined);
  child.unref();
  closeSync(output);
  const started = child.pid === undefined ? undefined : startOf(child.pid);
  if (child.pid === undefined || started === undefined) {
    throw notStarted(what.name, what.log, `${what.command} could not be started`);
  }
  const record = { name: what.name, pid: child.pid, started, stopSignal: what.stopSignal };
  const others = readRecords(recordFile).filter((other) => other.name !== what.name);
  writeRecords(recordFile, [...others, record]);
  return { record, log: what.log };
}

export function readRecords(recordFile: string): readonly ProcessRecord[] {
  if (!existsSync(recordFile)) return [];
  return JSON.parse(readFileSync(recordFile, 'utf8')) as ProcessRecord[];
}

function writeRecords(recordFile: string, records: readonly ProcessRecord[]): void {
  mkdirSync(dirname(recordFile), { recursive: true });
  const temporary = join(dirname(recordFile), `.processes-${process.pid}`);
  writeFileSync(temporary, `${JSON.stringify(records, undefined, 2)}\n`);
  renameSync(temporary, recordFile);
}

/** Ends the recorded processes, and only those: orderly first, after ten seconds by force. */
export async function stopAll(recordFile: string): Promise<void> {
  const records = readRecords(recordFile);
  await Promise.all(records.map(stop));
  if (records.length > 0) writeRecords(recordFile, []);
}

/** Waits, ten seconds at most, until no process works in one of these directories: children of a killed server end by themselves. */
export async function untilLeft(directories: readonly string[]): Promise<void> {
  const end = performance.now() + milliseconds('10 seconds');
  while (performance.now() < end && workingIn(directories).length > 0) await sleep(20);
}

async function stop(record: ProcessRecord): Promise<void> {
  if (await endsAfter(record, record.stopSignal, '10 seconds')) return;
  if (await endsAfter(record, 'SIGKILL', '5 seconds')) return;
  const detail = `${record.name}, process ${record.pid}, does not end`;
  throw new TeardownError(problems('sandbox-server', { detail, hint: `kill -KILL ${record.pid}` }));
}

async function endsAfter(record: ProcessRecord, signal: NodeJS.Signals, limit: Duration): Promise<boolean> {
  const end = performance.now() + milliseconds(limit);
  if (isRunning(record)) process.kill(record.pid, signal);
  while (isRunning(record) && performance.now() < end) await sleep(20);
  return !isRunning(record);
}

/**
 * Asks `ready` again and again until it answers. Throws TeardownError with the end of the log when the process ends
 * or the limit passes first.
 */
export async function untilReady<Answer>(
  launched: Launched,
  limit: Duration,
  ready: () => Promise<Answer | undefined>,
): Promise<Answer> {
  const end = performance.now() + milliseconds(limit);
  for (;;) {
    const answer = await ready();
    if (answer !== undefined) return answer;
    const { name } = launched.record;
    if (!isRunning(launched.record)) throw notStarted(name, launched.log, `${name} ended at once`);
    if (performance.now() > end)
      throw notStarted(name, launched.log, `${name} did not answer within ${limit}`);
    await sleep(50);
  }
}

function notStarted(name: string, log: string, detail: string): TeardownError {
  const output = existsSync(log) ? `\n  ${lastLines(readFileSync(log, 'utf8'))}` : '';
  return new TeardownError(
    problems('sandbox-server', { detail: `${detail}${output}`, hint: `see the log of ${name}: ${log}` }),
  );
}
