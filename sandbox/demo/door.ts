import { type Scale, type ScaleValue } from '../../lifecycle/index.ts';

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
  /** Throws when it could not look. */
  readonly run: (keys: Keys) => Promise<Outcome>;
}
