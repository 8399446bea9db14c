/** What can be wrong with a program, the same for the protected and the naked one. Chosen by the environment of a run. */
import process from 'node:process';
import postgresql from '@pulumi/postgresql';

/** Where a program asks whether it is to fail there. */
export type Place =
  'at import' | 'before the gate' | 'after the gate' | 'an input' | 'an output' | 'the component';

/** FAULT is `<how> <where>`; FAULT_PHASE says in which phase of an update it happens, @default both. */
export function isFaulty(how: string, place: Place): boolean {
  const { FAULT, FAULT_PHASE = 'both' } = process.env;
  const phase = process.env.PULUMI_NODEJS_DRY_RUN === 'true' ? 'preview' : 'update';
  return FAULT === `${how} ${place}` && (FAULT_PHASE === 'both' || FAULT_PHASE === phase);
}

/** Ends the program here in the way the fault says; does nothing without a fault of this place. */
export async function failHere(place: Place): Promise<void> {
  if (isFaulty('never settles', place)) await new Promise(() => undefined);
  if (isFaulty('throws', place)) throw new Error('thrown on purpose');
  if (isFaulty('exits with 0', place)) process.exit(0);
  if (isFaulty('is killed', place)) process.kill(process.pid, 'SIGKILL');
}

/** A value that a resource waits for and that never comes. */
export const neverResolves = new Promise<never>(() => undefined);

/**
 * Registers a role that is not there yet and waits for its id as a careless program does: in a preview the id is unknown, so the
 * callback never runs.
 */
export async function somethingNew(system: string): Promise<void> {
  const newcomer = new postgresql.Role('newcomer', { name: `newcomer_${system}` });
  await new Promise((resolve) => {
    newcomer.id.apply(resolve);
  });
}
