import { freeze, type LedgerEntry, unfreeze } from '../evidence/index.ts';
import type { Host, Report } from './host.ts';
import { inventoryOf, openEvidence } from './situation.ts';
import { type CommonOptions, readStack } from './stack.ts';

export interface FreezeOptions extends CommonOptions {
  readonly as: string;
  readonly reason: string;
}

/** Stops everything (R92). Needs the stack file, the inventory and the evidence store: an accident waits for no other file. */
export async function freezeSystem(options: FreezeOptions, host: Host): Promise<Report> {
  const { system, entry } = await entered(freeze, options, host);
  return reportOf(entry, [
    `Frozen: ${system}. No step is entered, nothing is deleted, approved or recorded as reached.`,
    `  ledger entry ${entry.sequence}`,
    'An update under way stops before its next change; what the engine has begun is finished.',
    '',
    'Next: teardown incident',
  ]);
}

/** Lifts the freeze; all conditions and approvals are judged again by the next run. */
export async function unfreezeSystem(options: FreezeOptions, host: Host): Promise<Report> {
  const { system, entry } = await entered(unfreeze, options, host);
  return reportOf(entry, [
    `Not frozen any more: ${system}.`,
    `  ledger entry ${entry.sequence}`,
    '',
    'Next: teardown status',
  ]);
}

async function entered(
  work: typeof freeze,
  options: FreezeOptions,
  host: Host,
): Promise<{ readonly system: string; readonly entry: LedgerEntry }> {
  const loaded = await inventoryOf(await readStack(options, host), host);
  const store = await openEvidence(loaded, 'write', true);
  return { system: store.system, entry: await work({ store, by: options.as, reason: options.reason }) };
}

function reportOf({ sequence, time, body }: LedgerEntry, lines: readonly string[]): Report {
  return { text: `${lines.join('\n')}\n`, json: { kind: body.kind, entry: sequence, time } };
}
