import { canonical, type Json } from '../../diagnostics/index.ts';
import { isKind, type LedgerEntry } from '../../evidence/index.ts';
import { type Subject } from './subject.ts';
import { type Walked } from './walk.ts';

/** What is left of a walk, in words that do not depend on the system's name, its random ids and the time. */
export interface Outcome {
  /** What the walk has changed in the world. */
  readonly world: string;
  readonly ledger: readonly string[];
  /** URNs without the stack's name. */
  readonly resources: readonly string[];
}

export interface Verdict {
  /** Worlds or ledgers that are not those of the walk without kills, and walks that did not arrive. */
  readonly diverged: readonly string[];
  /** Steps that the ledger does not know as reached. */
  readonly lost: readonly string[];
  /** Steps entered or reached twice in an attempt; resources that are in the state or in the world twice. */
  readonly doubled: readonly string[];
}

export async function outcomeOf(subject: Subject, before: Json): Promise<Outcome> {
  const neutral = (text: string): string =>
    text
      .replaceAll(subject.name, 'SYSTEM')
      .replaceAll(subject.name.replaceAll('-', '_'), 'SYSTEM')
      .replace(
        /con_\w+|auth0\|\w+|\b[0-9a-f]{64}\b|\b[A-Za-z0-9]{32}\b|db-[A-Z0-9]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
        'ID',
      )
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');
  const entries = await subject.ledger();
  return {
    world: neutral(canonical(changed(before, await subject.picture()) ?? null)),
    ledger: entries.flatMap(meaningOf).map(neutral),
    resources: (await subject.resources()).map(({ urn }) => neutral(urn)).sort(),
  };
}

/** The parts of a picture that are not as they were: what nobody touched, random ids among it, is the same in no two worlds. */
function changed(before: Json, after: Json): Json | undefined {
  if (canonical(before) === canonical(after)) return undefined;
  if (!isRecord(before) || !isRecord(after)) return after;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return Object.fromEntries(
    names.flatMap((name) => {
      const part = changed(before[name] ?? null, after[name] ?? null);
      return part === undefined ? [] : [[name, part] as const];
    }),
  );
}

function isRecord(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What an entry says about the way; refusals, failures and cleared locks are what crashes leave, and part of no way. */
function meaningOf(entry: LedgerEntry): readonly string[] {
  const { body } = entry;
  if (isKind('step-entered')(entry))
    return [`${entry.body.step} ${entry.body.attempt} entered ${entry.body.entered}`];
  if (isKind('step-reached')(entry)) return [`${entry.body.step} ${entry.body.attempt} reached`];
  if (isKind('delete-started')(entry)) return [`${entry.body.step} ${entry.body.attempt} deletes`];
  if (isKind('guard-released')(entry)) return [`${entry.body.target} released`];
  return body.kind === 'captured' || body.kind === 'store-created' ? [body.kind] : [];
}

/** Compares a walk with kills to the same walk without. */
export function judge(
  walked: Walked,
  outcome: Outcome,
  reference: Outcome,
  plan: readonly string[],
): Verdict {
  const { stuck, back } = walked;
  const same = (what: string, one: unknown, other: unknown): readonly string[] =>
    canonical(one) === canonical(other) ? [] : [what];
  const reached = outcome.ledger.filter((line) => line.endsWith(' reached'));
  const entered = outcome.ledger.filter((line) => line.includes(' entered '));
  return {
    diverged: [
      ...(stuck === undefined ? [] : [stuck]),
      ...same('the world after the way back is not the captured one', back.before, back.after),
      ...same(`what the end has changed: ${outcome.world}`, outcome.world, reference.world),
      ...same('the ledger', [...new Set(outcome.ledger)].sort(), [...new Set(reference.ledger)].sort()),
      ...same(
        'the resources in the state',
        [...new Set(outcome.resources)],
        [...new Set(reference.resources)],
      ),
    ],
    lost: plan.filter((step) => !reached.some((line) => line.startsWith(`${step} `))),
    doubled: [...twice(reached), ...twice(entered), ...twice(outcome.resources)],
  };
}

function twice(all: readonly string[]): readonly string[] {
  return [...new Set(all.filter((one, i) => all.indexOf(one) !== i))];
}
