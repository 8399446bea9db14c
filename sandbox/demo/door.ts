import { type Posture, type Scale, scales, type ScaleValue } from '../../lifecycle/index.ts';

export type Outcome = 'allowed' | 'refused';

type Closure = { readonly [S in Scale]: { readonly scale: S; readonly value: ScaleValue<S> } }[Scale];

/** One thing a principal tries from outside. `Keys` is what the part of the world that holds the door gave out. */
export interface Door<Keys> {
  readonly principal: string;
  readonly attempt: string;
  /** The values that close it: any of them. None: it must always work. */
  readonly closedBy: readonly Closure[];
  /**
   * Which answer counts. `enforced`: the system itself refuses (SQL, S3, tokens, log-in, the gateway's front). `read back`: the
   * simulator does not enforce the setting, so the setting is read by the vendor's SDK.
   */
  readonly answer: 'enforced' | 'read back';
  /** What is not built yet that would close it: until then it is tried, and what is seen of it closed is not judged. */
  readonly notYet?: string;
  /** Throws when it could not look. */
  readonly run: (keys: Keys) => Promise<Outcome>;
}

/** What was seen of one attempt at one step. */
export interface Line extends Pick<Door<never>, 'principal' | 'attempt' | 'answer' | 'notYet'> {
  readonly expected: Outcome | 'not yet';
  readonly observed: string;
  readonly ok: boolean;
}

/** What the posture says: allowed until one of the closing values is reached. */
export function expectedOf({ closedBy }: Pick<Door<never>, 'closedBy'>, posture: Posture): Outcome {
  const closed = closedBy.some(({ scale, value }) => {
    const order: readonly string[] = scales[scale];
    return order.indexOf(posture[scale]) >= order.indexOf(value);
  });
  return closed ? 'refused' : 'allowed';
}

/** Tries a door once. What could not be looked at is never as expected. */
export async function look<Keys>(door: Door<Keys>, keys: Keys, posture: Posture): Promise<Line> {
  const { principal, attempt, answer, notYet } = door;
  const wanted = expectedOf(door, posture);
  const expected = wanted === 'refused' && notYet !== undefined ? 'not yet' : wanted;
  const observed: string = await door
    .run(keys)
    .catch((error: unknown) => `could not look: ${reasonOf(error)}`);
  const seen = observed === 'allowed' || observed === 'refused';
  const ok = expected === 'not yet' ? seen : observed === expected;
  return { principal, attempt, answer, ...(notYet !== undefined && { notYet }), expected, observed, ok };
}

/** Code or name only: a message could hold the credentials of the principal. */
function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: string; name?: string };
  return code ?? name ?? 'unknown';
}
