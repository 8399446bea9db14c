import { TeardownError } from '../diagnostics/index.ts';
import type { LedgerEntry } from './entries.ts';
import { filled } from './filled.ts';
import { standingFreeze } from './frozen.ts';
import { problems } from './problems.ts';
import type { EvidenceStore } from './store.ts';

export interface FreezeRequest {
  readonly store: EvidenceStore;
  /** The name of a person; stored as a keyed hash, and encrypted. */
  readonly by: string;
  readonly reason: string;
}

/**
 * Stops everything at once (R92): from this entry on gate, hooks, guards, verification and commands refuse, an update under way
 * before its next change. Waits for no lock, so it can be entered beside a running update. A second freeze is entered too.
 */
export async function freeze(request: FreezeRequest): Promise<LedgerEntry> {
  return enter('frozen', request);
}

/** Lifts the freeze that stands. Throws `freeze-not-standing` if none does. */
export async function unfreeze(request: FreezeRequest): Promise<LedgerEntry> {
  const { entries } = await request.store.ledger();
  if (standingFreeze(entries) === undefined) {
    const detail = `${request.store.system} is not frozen`;
    throw new TeardownError(problems('freeze-not-standing', { detail, hint: 'teardown status' }));
  }
  return enter('unfrozen', request);
}

async function enter(kind: 'frozen' | 'unfrozen', request: FreezeRequest): Promise<LedgerEntry> {
  const { store } = request;
  const asked = (what: string, value: string, option: string): string =>
    filled(value, () => {
      const hint = `teardown ${kind === 'frozen' ? 'freeze' : 'unfreeze'} ... ${option}`;
      return problems('freeze-incomplete', { detail: `the ${what} is blank`, hint });
    });
  const reason = asked('reason', request.reason, `--reason 'what happened'`);
  const by = await store.rememberName(asked('name', request.by, '--as NAME'));
  return store.append({ kind, by, reason });
}
