/** What the tests of the handlers work with: a store in a temporary directory, live systems of their own, one call. */
import { join } from 'node:path';
import { canonical } from '../../diagnostics/index.ts';
import { approve, createStore, type EvidenceStore, intentOf, openStore } from '../../evidence/index.ts';
import type { LiveTarget, Observed, Step } from '../../lifecycle/index.ts';
import type { LiveSystems } from '../../provider/live-systems.ts';
import type { Call, Properties } from '../../provider/protocol.ts';
import { hex, temporaryDirectory } from '../evidence/temporary.ts';

export const system = 'slice-crm';
export const reason = 'a test of the handlers';
export const plan: readonly Step[] = ['active', 'read-only', 'revoked/modules', 'destroyed/data'];
export const digests = { inventory: hex('1'), former: hex('2'), program: hex('3') };

/** What the gate looks at before anything begins. */
export const lookout = { kind: 'database', credentials: 'env:CRM', name: 'crm' } as const;

/** A store whose ledger has the captured former settings and the given steps, each entered and reached. */
export async function storeAt(
  steps: readonly Step[] = [],
  { sandbox = true }: { readonly sandbox?: boolean } = {},
): Promise<EvidenceStore> {
  const directory = join(await temporaryDirectory(), 'evidence');
  await createStore(directory, { system, sandbox });
  const store = await openStore(directory);
  await store.append({
    kind: 'captured',
    formerDigest: digests.former,
    inventoryDigest: digests.inventory,
  });
  for (const [at, step] of steps.entries()) {
    await enter(store, step, steps[at - 1]);
    await reach(store, step);
  }
  return store;
}

export async function enter(store: EvidenceStore, step: Step, from?: Step, attempt = 1): Promise<void> {
  const back = from !== undefined && plan.indexOf(from) > plan.indexOf(step);
  const entered = from === undefined ? 'start' : back ? 'back' : 'forward';
  const intent = intentFor(step, attempt);
  await store.append({ kind: 'step-entered', step, from: from ?? null, entered, attempt, intent, reason });
}

export async function reach(store: EvidenceStore, step: Step, attempt = 1): Promise<void> {
  const checks = [{ name: 'a', verdict: 'passed' as const, detail: 'as expected', hint: '' }];
  await store.append({ kind: 'step-reached', step, attempt, checks });
}

export function intentFor(step: Step, attempt = 1, changed: Partial<typeof digests> = {}): string {
  return intentOf({ system, reason, digests: { ...digests, ...changed } }, { to: step, attempt });
}

export function approveFor(store: EvidenceStore, step: Step, attempt = 1): Promise<unknown> {
  const intent = intentFor(step, attempt);
  return approve({ store, step, attempt, intent, approver: 'reviewer', reason: 'reviewed' });
}

export function gateInputs(store: EvidenceStore, step: string, others: Properties = {}): Properties {
  const notices = [{ to: 'customers', sent: '2026-01-01', leadTime: '30 days' }];
  const facts = { unknownFeatures: [], notices };
  const lookouts = [lookout];
  return { system, step, reason, plan, evidenceStore: store.directory, digests, facts, lookouts, ...others };
}

export interface Heard extends Call {
  readonly messages: string[];
}

/** A call of a real update, or of a preview; what is logged is kept. */
export function callOf({ preview = false }: { readonly preview?: boolean } = {}): Heard {
  const messages: string[] = [];
  const log = (_level: string, message: string): Promise<void> => {
    messages.push(message);
    return Promise.resolve();
  };
  return { urn: 'urn', preview, engine: '127.0.0.1:1', log, messages };
}

/** Live systems that hold what they are told, by target; they remember what was released. */
export class FakeLive implements LiveSystems {
  readonly released: LiveTarget[] = [];
  readonly #world = new Map<string, Observed | Error>();

  /** `state`: what is observed, an error when it cannot be looked at, undefined when it is gone. */
  set(target: LiveTarget, state: Observed | Error | undefined): void {
    if (state === undefined) this.#world.delete(canonical(target));
    else this.#world.set(canonical(target), state);
  }

  observe(target: LiveTarget): Promise<Observed | undefined> {
    const found = this.#world.get(canonical(target));
    return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
  }

  release(target: LiveTarget): Promise<void> {
    this.released.push(target);
    return Promise.resolve();
  }
}

/** Kinds of the ledger's entries, in order. */
export async function kindsIn(store: EvidenceStore): Promise<readonly string[]> {
  return (await store.ledger()).entries.map(({ body }) => body.kind);
}
