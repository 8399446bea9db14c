import { type Problem, TeardownError } from '../diagnostics/index.ts';
import { type LedgerView, verifyHead } from '../evidence/index.ts';
import type { Step } from '../lifecycle/index.ts';
import type { EngineState } from './engine-state.ts';

/** What a run would be refused for because state and ledger do not go together, such as one of them restored from a backup. */
export async function witnessProblems(
  view: LedgerView,
  state: EngineState | undefined,
  plan: readonly Step[],
  configured: string,
): Promise<readonly Problem[]> {
  if (state === undefined) return [];
  try {
    for (const head of state.heads) verifyHead(view, head);
  } catch (error) {
    if (error instanceof TeardownError) return error.problems;
    throw error;
  }
  const { gate } = state;
  if (gate === view.position()?.step) return [];
  // Loaded when needed: status waits for the plugin's libraries only where something is wrong.
  const { judgeMove } = await import('../provider/index.ts');
  const judged = judgeMove(view, gate === undefined ? undefined : { step: gate }, plan, configured);
  const codes = ['gate-witnesses-disagree', 'gate-state-lost'];
  if (!('code' in judged) || !codes.includes(judged.code)) return [];
  return [state.missing === undefined ? judged : notThere(judged, state.missing)];
}

/** The gate cannot know where the state should be. */
function notThere(judged: Problem, path: string): Problem {
  const why = 'PULUMI_BACKEND_URL names another directory, or the stack was removed';
  return { ...judged, detail: `${path} is not there: ${why}; ${judged.detail}` };
}
