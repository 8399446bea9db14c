import { type LiveTarget, type Observed } from '../lifecycle/index.ts';

/** The live systems as the handlers need them; the connectors serve it, tests have their own. */
export interface LiveSystems {
  /** Undefined: the target is absent. Throws when it cannot look. */
  observe(target: LiveTarget): Promise<Observed | undefined>;
  /** Lifts the cloud's own lock of a target, so that its delete can pass. Safe to run again. */
  release(target: LiveTarget): Promise<void>;
}

/** A target in messages and ledger: kind and names, without its credentials' reference. */
export function nameOf(target: LiveTarget): string {
  const { kind, ...names } = target;
  const plain = Object.entries(names).filter(([key]) => key !== 'credentials');
  return [kind, ...plain.map(([, value]) => value)].join('/');
}
