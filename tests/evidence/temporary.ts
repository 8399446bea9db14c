import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStore, type EvidenceStore, openStore } from '../../evidence/index.ts';
import { TeardownError } from '../../diagnostics/index.ts';

const made: string[] = [];

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'teardown-evidence-'));
  made.push(directory);
  return directory;
}

/** For afterAll. */
export async function removeTemporary(): Promise<void> {
  await Promise.all(made.splice(0).map((directory) => rm(directory, { recursive: true, force: true })));
}

export async function newStore(settings: { sandbox?: boolean } = {}): Promise<EvidenceStore> {
  const directory = join(await temporaryDirectory(), 'evidence');
  await createStore(directory, { system: 'slice-crm', sandbox: settings.sandbox ?? false });
  return openStore(directory);
}

/** The error codes of a promise that must be refused by us; anything else that happens fails the test. */
export async function codesOf(work: Promise<unknown>): Promise<readonly string[]> {
  return (await errorOf(work)).problems.map(({ code }) => code);
}

export async function errorOf(work: Promise<unknown>): Promise<TeardownError> {
  const outcome = await work.then(
    () => 'nothing was refused',
    (error: unknown) => error,
  );
  if (outcome instanceof TeardownError) return outcome;
  throw outcome instanceof Error ? outcome : new Error(String(outcome));
}

export const hex = (digit: string) => digit.repeat(64);
