import { join } from 'node:path';
import { z } from 'zod';
import { canonical, digest, TeardownError } from '../diagnostics/index.ts';
import { attempt, isKind, type LedgerEntry, moment, sha256, step, text } from './entries.ts';
import { type FileSystem, namesIn, readIfThere, writeOnce } from './files.ts';
import { places } from './ledger.ts';
import { problems } from './problems.ts';

/** An in-toto Statement v1: which things (by digest) a predicate is about. Stored as canonical JSON, named by its digest. */
export const statement = z.strictObject({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.array(z.strictObject({ name: text, digest: z.strictObject({ sha256 }) })).min(1),
  predicateType: text,
  predicate: z.record(z.string(), z.json()),
});

export type Statement = Readonly<z.infer<typeof statement>>;

export const statementType = 'https://in-toto.io/Statement/v1';
export const approvalType = 'urn:crm-teardown:approval:v1';
/** What an approval of today is worth, in the words that stand in it. */
export const unsignedNote = 'not signed: proves that somebody who could write to this store made it, not who';

/** What an approval says. The one subject is `intent`: everything the approver looked at is bound by its digest. */
const approvalPredicate = z.strictObject({
  system: text,
  step,
  attempt,
  /** Keyed hash of the name. */
  approver: sha256,
  reason: text,
  time: moment,
  signed: z.literal(false),
  signature: z.literal(unsignedNote),
});

export interface StatementPlace {
  readonly fs: FileSystem;
  readonly directory: string;
}

const statementName = /^[0-9a-f]{64}\.json$/;

/** Stores a statement and returns its digest. The same statement twice is one file. */
export async function writeStatement(place: StatementPlace, value: Statement): Promise<string> {
  const parsed = statement.safeParse(value);
  if (!parsed.success) {
    const detail = places(parsed.error);
    throw new TeardownError(
      problems('evidence-attestation-invalid', { detail, hint: 'report this as a bug' }),
    );
  }
  const hash = digest(parsed.data);
  const written = await writeOnce(place.fs, pathOf(place, hash), canonical(parsed.data));
  if (!written) await readStatement(place, hash);
  return hash;
}

function pathOf(place: StatementPlace, hash: string): string {
  return join(place.directory, `${hash}.json`);
}

/** Reads a statement and checks that its bytes are the ones it is named by. */
export async function readStatement(place: StatementPlace, hash: string): Promise<Statement> {
  const path = pathOf(place, hash);
  const bytes = await readIfThere(place.fs, path);
  if (bytes === undefined) {
    const hint = `restore ${path} from its backup`;
    throw new TeardownError(
      problems('evidence-attestation-missing', { detail: `${path} is not there`, hint }),
    );
  }
  if (digest(bytes) !== hash) throw damaged(path, 'its bytes are not the ones it is named by');
  try {
    return statement.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw damaged(path, 'it is not a statement', cause);
  }
}

function damaged(path: string, what: string, cause?: unknown): TeardownError {
  const hint = `restore ${path} from its backup`;
  const problem = problems('evidence-attestation-damaged', { detail: `${path}: ${what}`, hint });
  return new TeardownError(problem, { cause });
}

/**
 * Checks every stored statement against its name, and that every approval of the ledger stands on a statement that
 * says the same. Throws TeardownError naming the first file that is missing or changed.
 */
export async function verifyStatements(
  place: StatementPlace,
  entries: readonly LedgerEntry[],
): Promise<void> {
  for (const name of await namesIn(place.fs, place.directory)) {
    if (!statementName.test(name)) {
      throw damaged(join(place.directory, name), 'it is not named like an attestation');
    }
    await readStatement(place, name.slice(0, 64));
  }
  for (const entry of entries.filter(isKind('approval'))) {
    const path = pathOf(place, entry.body.attestation);
    const stored = await readStatement(place, entry.body.attestation);
    if (!saysTheSame(stored, entry)) throw damaged(path, `it is not what entry ${entry.sequence} says`);
  }
}

function saysTheSame(stored: Statement, { system, body }: LedgerEntry<'approval'>): boolean {
  const predicate = approvalPredicate.safeParse(stored.predicate);
  if (!predicate.success || stored.predicateType !== approvalType) return false;
  const { data } = predicate;
  const subject = [{ name: 'intent', digest: { sha256: body.intent } }];
  return (
    canonical(stored.subject) === canonical(subject) &&
    data.system === system &&
    data.step === body.step &&
    data.attempt === body.attempt &&
    data.approver === body.approver &&
    data.reason === body.reason
  );
}
