import { z } from 'zod';
import type { Problem } from '../diagnostics/index.ts';
import { isKind, type BodyOf, type Head, type LedgerView, verifyHead } from '../evidence/index.ts';
import { explain, type Move, type Position, type Step, transition } from '../lifecycle/index.ts';
import { problems } from './problems.ts';
import type { State } from './protocol.ts';

const headSchema = z.object({ sequence: z.number(), hash: z.string() });

/** Throws unless the ledger still holds the entry that the engine's state remembers as its head (`ledgerHead`). */
export function requireSeen(view: LedgerView, old: State | undefined): void {
  const head = headSeen(old);
  if (head) verifyHead(view, head);
}

/** The end of the ledger when a resource was last updated. */
export function headSeen(old: State | undefined): Head | undefined {
  return headSchema.safeParse(old?.outputs.ledgerHead).data;
}

/** The ledger's last entry into a step. */
export function lastEntered(view: LedgerView): Readonly<BodyOf<'step-entered'>> | undefined {
  return view.entries.findLast(isKind('step-entered'))?.body;
}

/** The step that the present one was entered from; entering it anew, for another intent, names the step itself. */
function enteredFrom({ entries }: LedgerView): Step | undefined {
  const entry = entries.filter(isKind('step-entered')).findLast(({ body }) => body.from !== body.step);
  return entry?.body.from ?? undefined;
}

/** What the engine's state remembers of the gate: the step it last let the stack into. */
export interface Remembered {
  readonly step: string;
}

/**
 * The move that both witnesses agree on (rule 5), or the problem. State and ledger must name the same step, with one exception: a
 * gate that was killed between its ledger entry and the engine's save is one step behind, and may only go on.
 */
export function judgeMove(
  view: LedgerView,
  remembered: Remembered | undefined,
  plan: readonly Step[],
  wanted: string,
): Move | Problem {
  const position = view.position();
  const disagreement = compareWitnesses(position, enteredFrom(view), remembered, wanted);
  if (disagreement) return disagreement;
  const judged = transition(plan, position, wanted);
  return 'refused' in judged ? problems('gate-move-refused', explain(judged)) : judged;
}

function compareWitnesses(
  position: Position | undefined,
  from: Step | undefined,
  remembered: Remembered | undefined,
  wanted: string,
): Problem | undefined {
  const ledgerSays = position ? `${position.step}, attempt ${position.attempt}` : 'nothing';
  if (!remembered) {
    if (!position || (position.step === 'active' && !position.reached && wanted === 'active'))
      return undefined;
    const detail = `no gate in the state; the ledger says ${ledgerSays}; a start would build everything again beside what exists`;
    return problems('gate-state-lost', {
      detail,
      hint: 'pulumi stack import --file LAST-BACKUP-OF-THE-STATE',
    });
  }
  if (position?.step === remembered.step) return undefined;
  const killedBetween = position?.reached === false && from === remembered.step && wanted === position.step;
  if (killedBetween) return undefined;
  const detail = `state: ${remembered.step}; ledger: ${ledgerSays}; wanted: ${wanted}`;
  const begun = position?.reached === false && from === remembered.step;
  const hint = begun
    ? `pulumi config set stage ${position.step} && pulumi up`
    : 'pulumi stack import --file LAST-BACKUP-OF-THE-STATE';
  return problems('gate-witnesses-disagree', { detail, hint });
}
