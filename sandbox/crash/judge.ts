import { canonical, type Json } from '../../diagnostics/index.ts';
import { isKind, type LedgerEntry } from '../../evidence/index.ts';
import { differences, pathsOf } from '../differences.ts';
import type { Subject } from './subject.ts';
import type { Walked } from './walk.ts';

/** What is left of a walk, in words that do not depend on the system's name, its random ids and the time. */
export interface Outcome {
  /** What the walk has changed in the world: the value by its place. */
  readonly world: Changes;
  /** What was not as captured after the way back: archives, which stay. */
  readonly back: Changes;
  readonly ledger: readonly string[];
  /** URNs without the stack's name. */
  readonly resources: readonly string[];
}

type Changes = Readonly<Record<string, string>>;

export interface Verdict {
  /** Worlds or ledgers that are not those of the walk without kills, and walks that did not arrive. */
  readonly diverged: readonly string[];
  /** Steps that the ledger does not know as reached. */
  readonly lost: readonly string[];
  /** Steps entered or reached twice in an attempt; resources that are in the state or in the world twice. */
  readonly doubled: readonly string[];
}

export async function outcomeOf(subject: Subject, { before, after }: Walked['back']): Promise<Outcome> {
  const neutral = (text: string): string =>
    text
      .replaceAll(subject.name, 'SYSTEM')
      .replaceAll(subject.name.replaceAll('-', '_'), 'SYSTEM')
      .replace(
        /con_\w+|auth0\|\w+|\b[0-9a-f]{64}\b|\b[A-Za-z0-9]{32}\b|db-[A-Z0-9]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
        'ID',
      )
      // An automated backup has its minute in its name.
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d{4}(-\d\d){4}/g, 'TIME');
  const changes = (one: Json, other: Json): Changes =>
    Object.fromEntries(
      differences(one, other).map(({ path, after: value }) => [
        neutral(path),
        neutral(canonical((value ?? null) as Json)),
      ]),
    );
  const entries = await subject.ledger();
  return {
    world: changes(before, await subject.picture()),
    back: changes(before, after),
    ledger: entries.flatMap(meaningOf).map(neutral),
    resources: (await subject.resources()).map(({ urn }) => neutral(urn)).sort(),
  };
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

/** Archives outlive the attempt they were made in. */
const archives = 'aws.snapshots.';

/** Compares a walk with kills to the same walk without. */
export function judge(
  walked: Walked,
  outcome: Outcome,
  reference: Outcome,
  plan: readonly string[],
): Verdict {
  const { stuck } = walked;
  const places = (what: string, one: Changes, other: Changes): readonly string[] =>
    pathsOf(differences(one, other)).map((path) => `${what}: ${path}`);
  const same = (what: string, one: unknown, other: unknown): readonly string[] =>
    canonical(one) === canonical(other) ? [] : [what];
  const reached = outcome.ledger.filter((line) => line.endsWith(' reached'));
  const entered = outcome.ledger.filter((line) => line.includes(' entered '));
  return {
    diverged: [
      ...(stuck === undefined ? [] : [stuck]),
      ...Object.keys(outcome.back)
        .filter((path) => !path.startsWith(archives))
        .map((path) => `not as captured after the way back: ${path}`),
      ...places('the world after the way back', outcome.back, reference.back),
      ...places('what the end has changed', outcome.world, reference.world),
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
