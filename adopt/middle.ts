import { existsSync } from 'node:fs';
import { TeardownError } from '../diagnostics/index.ts';
import { isKind, type LedgerView } from '../evidence/index.ts';
import { problems } from './problems.ts';

/**
 * Former settings are what stood before the teardown touched anything, so they are taken before it leaves `active`. Back at
 * `active` they may be taken again only if the file is lost. Throws capture-in-the-middle.
 */
export function refuseInTheMiddle(view: LedgerView, formerFile: string): void {
  const position = view.position();
  if (position === undefined) return;
  const left = view.entries.filter(isKind('step-entered')).some(({ body }) => body.step !== 'active');
  const settled = position.step === 'active' && (position.reached || !left);
  const standing = left && view.formerDigest() !== undefined && existsSync(formerFile);
  if (settled && !standing) return;
  const detail = settled
    ? `${view.system} is back at active, and ${formerFile} holds what was captured before`
    : `${view.system} stands at ${position.step}, attempt ${position.attempt}: what is live now is not what was before`;
  const hint = `restore ${formerFile} from version control or backup if it was changed or lost; then: teardown status`;
  throw new TeardownError(problems('capture-in-the-middle', { detail, hint }));
}
