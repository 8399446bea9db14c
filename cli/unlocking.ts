import { createHash } from 'node:crypto';
import { type Problem, TeardownError } from '../diagnostics/index.ts';
import { type EvidenceStore, inspectLock, type LockHolder, unlock } from '../evidence/index.ts';
import { type EngineLock, engineLocks, fileBackend, removeEngineLock } from './engine-locks.ts';
import type { Host, Report } from './host.ts';
import { problems } from './problems.ts';
import { inventoryOf, openEvidence } from './situation.ts';
import { type CommonOptions, readStack } from './stack.ts';

/**
 * Clears the lock of the evidence store and those of a file backend on the stack. All holders are checked first, and only if each
 * of them is provably dead is anything cleared; every lock that is cleared is entered in the ledger.
 */
export async function unlockSystem(options: CommonOptions, host: Host): Promise<Report> {
  const stack = await readStack(options, host);
  const store = await openEvidence(await inventoryOf(stack, host), 'write', true);
  const backend = await fileBackend(host.environment);
  const locks = backend && stack.name ? await engineLocks(backend, stack.name) : [];
  await refuseHeld(store, locks);
  const holder = await unlock(store);
  for (const lock of locks) {
    await store.append({ kind: 'unlocked', holder: holderOf(lock, stack.name ?? '') });
    await removeEngineLock(lock);
  }
  const cleared = [
    ...(holder ? [{ of: 'evidence store', pid: holder.pid, host: holder.host, since: holder.time }] : []),
    ...locks.map((lock) => ({ of: 'stack', pid: lock.pid, host: lock.host, since: lock.time })),
  ];
  const lines = cleared.map(
    ({ of, pid, host: machine, since }) =>
      `Cleared the lock of the ${of}: process ${pid} on ${machine} since ${since} has ended.`,
  );
  if (lines.length === 0) lines.push('There is no lock.');
  if (backend === undefined)
    lines.push('The backend keeps no lock files here: pulumi cancel lifts a lock on the stack itself.');
  return { text: `${[...lines, '', 'Next: teardown status'].join('\n')}\n`, json: { cleared } };
}

/** The evidence room judges its own lock, in its own words, when it is asked to clear it. */
async function refuseHeld(store: EvidenceStore, locks: readonly EngineLock[]): Promise<void> {
  const [first, ...rest] = locks.flatMap(heldProblem);
  if (first) throw new TeardownError([first, ...rest]);
  const own = await inspectLock(store);
  if (own.state === 'held' && own.liveness !== 'dead') await unlock(store);
}

function heldProblem({ path, pid, host, time, liveness }: EngineLock): readonly Problem[] {
  if (liveness === 'dead') return [];
  if (host === '') {
    const detail = `${path} is cut off: an engine whose disk is full leaves such a lock, and stops`;
    const hint =
      'look that no engine works on this stack: ps -C pulumi -o pid,etime,args; then: pulumi cancel';
    return [problems('cli-engine-lock-cut-off', { detail, hint })];
  }
  const detail = `${path}: process ${pid} on ${host} since ${time}`;
  if (liveness === 'alive') {
    return [
      problems('cli-engine-busy', {
        detail,
        hint: `wait for it, or look at it: ps -o pid,etime,args -p ${pid}`,
      }),
    ];
  }
  const hint = `look on that machine: ps -p ${pid}; if it has ended: pulumi cancel`;
  return [problems('cli-engine-elsewhere', { detail, hint })];
}

/** A lock of the engine in the ledger's words; what the engine does not say is `unknown`. The user's name stays out. */
function holderOf({ path, id, pid, host, time }: EngineLock, stack: string): LockHolder {
  const unknown = 'unknown';
  return {
    id: uuidOf(id, path),
    pid,
    processStart: unknown,
    bootId: unknown,
    processNamespace: unknown,
    host,
    machine: unknown,
    purpose: `pulumi on stack ${stack}`,
    time: new Date(time).toISOString(),
  };
}

/** The engine names its lock files by UUID; one of another name gets an id that follows from its path. */
function uuidOf(id: string, path: string): string {
  if (/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(id)) return id;
  const hash = createHash('sha256').update(path).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
