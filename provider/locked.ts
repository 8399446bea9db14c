import { acquireLock, type EvidenceStore } from '../evidence/index.ts';

/** Does `work` under the advisory lock of the store, so that an orphan of a killed run never works beside its re-run. */
export async function withLock<T>(store: EvidenceStore, purpose: string, work: () => Promise<T>): Promise<T> {
  const lock = await acquireLock(store, purpose);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
