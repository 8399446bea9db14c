/** What a killed run leaves behind, in a project of the tests: locks, and the engine's own record of the stack. */
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { acquireLock, type EvidenceStore, type Head } from '../../evidence/index.ts';

/** Where the engine keeps its files. */
interface Backend {
  readonly backend: string;
}

/** A lock as the engine of a file backend leaves it; returns its path. */
export async function engineLock(
  { backend }: Backend,
  content: object | string,
  file = '1b4e28ba-2fa1-41d2-883f-0016d3cca427.json',
) {
  const directory = join(backend, '.pulumi', 'locks', 'organization', 'crm-teardown', 'slice');
  await mkdir(directory, { recursive: true });
  const path = join(directory, file);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** The number of a process that has ended. */
export async function deadPid(): Promise<number> {
  const child = spawn('true');
  await new Promise((resolve) => child.once('exit', resolve));
  return child.pid ?? 0;
}

/** The lock of the evidence store as a killed run leaves it: our own, of a process that began at another time. */
export async function deadStoreLock(project: { store: () => Promise<EvidenceStore> }): Promise<string> {
  const store = await project.store();
  const path = join(store.directory, 'lock.json');
  const lock = await acquireLock(store, 'update of slice-crm');
  const content = JSON.parse(await readFile(path, 'utf8')) as object;
  await lock.release();
  await writeFile(path, JSON.stringify({ ...content, processStart: '1' }));
  return path;
}

/** The URN of a resource of the stack, by its types and its name. */
export function urnOf(types: string, name: string): string {
  return `urn:pulumi:slice::crm-teardown::${types}::${name}`;
}

export interface KilledIn {
  /** The step the engine has saved for the gate; undefined: no gate. */
  readonly gate?: string;
  /** The end of the ledger that the gate has seen. */
  readonly head?: Head;
  readonly urns?: readonly string[];
  readonly pending?: readonly { readonly type: string; readonly urn: string }[];
}

/** The state of the stack as a file backend keeps it; a text is written as it is. */
export async function engineState(project: Backend, content: KilledIn | string): Promise<void> {
  const path = stateFile(project);
  await mkdir(dirname(path), { recursive: true });
  const text = typeof content === 'string' ? content : JSON.stringify(checkpointOf(content));
  await writeFile(path, text);
}

export function stateFile({ backend }: Backend): string {
  return join(backend, '.pulumi', 'stacks', 'crm-teardown', 'slice.json');
}

function checkpointOf({ gate, head, urns = [], pending = [] }: KilledIn): object {
  const type = 'teardown:index:Gate';
  const outputs = head ? { ledgerHead: head } : {};
  const gates =
    gate === undefined ? [] : [{ urn: urnOf(type, 'gate'), type, inputs: { step: gate }, outputs }];
  const resources = [...gates, ...urns.map((urn) => ({ urn, type: 'a:b:C' }))];
  const pending_operations = pending.map(({ type, urn }) => ({ type, resource: { urn } }));
  return { version: 3, checkpoint: { stack: 'slice', latest: { resources, pending_operations } } };
}
