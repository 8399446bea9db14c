import { TeardownError } from '../diagnostics/index.ts';
import { approve, refuseFrozen } from '../evidence/index.ts';
import { transition } from '../lifecycle/index.ts';
import type { Host, Report } from './host.ts';
import { refusedMove } from './moves.ts';
import { problems } from './problems.ts';
import { survey } from './situation.ts';
import type { CommonOptions } from './stack.ts';
import { intentFor } from './standing.ts';

export interface ApproveOptions extends CommonOptions {
  readonly as: string;
  readonly reason: string;
}

/**
 * Enters an approval of the move to `step` from where the system stands, for the intent that a run with `stage` set to
 * it would have. Throws TeardownError for a move that is not allowed, a blank name or reason, or missing former settings.
 */
export async function approveStep(step: string, options: ApproveOptions, host: Host): Promise<Report> {
  const { loaded, settings, store, view } = await survey(options, host, 'write');
  refuseFrozen(view);
  const move = transition(loaded.plan, view.position(), step);
  if ('refused' in move) throw new TeardownError(refusedMove(move));
  if (settings === undefined) throw new TeardownError(notCaptured(loaded.paths.former));
  const { to, attempt } = move;
  const intent = intentFor(settings, move);
  const entry = await approve({
    store,
    step: to,
    attempt,
    intent,
    approver: options.as,
    reason: options.reason,
  });
  const { sequence } = entry;
  const text = [
    `Approved: ${loaded.inventory.system} may move to ${to}, attempt ${attempt} (unsigned).`,
    `  reason of the move: ${settings.reason}`,
    `  intent ${intent.slice(0, 12)}, ledger entry ${sequence}`,
    '',
    'Next: teardown status',
  ];
  return {
    text: `${text.join('\n')}\n`,
    json: { step: to, attempt, intent, entry: sequence, signed: false },
  };
}

function notCaptured(file: string): ReturnType<typeof problems> {
  const detail = `${file} does not exist, and an approval is bound to it`;
  return problems('cli-not-captured', { detail, hint: 'teardown capture' });
}
