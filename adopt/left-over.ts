import type { Problem } from '../diagnostics/index.ts';
import type { Findings } from './findings.ts';
import { problems } from './problems.ts';

/** How the statements are called that components add to a policy. */
const ours = /^Teardown(Allow|Deny)/;

/** Statements of an earlier teardown in a captured policy: the way back would keep them, and what they deny would stay denied. */
export function leftOver(resources: Findings['resources']): readonly Problem[] {
  return Object.entries(resources).flatMap(([name, { inputs }]) =>
    sidsOf(inputs.policy)
      .filter((sid) => ours.test(sid))
      .map((sid) => {
        const detail = `the policy of ${name} has a statement ${sid}`;
        const hint = 'take it out of the policy, or put back the former settings that belong to it';
        return problems('capture-denial-there', { detail, hint });
      }),
  );
}

function sidsOf(policy: unknown): readonly string[] {
  if (typeof policy !== 'string') return [];
  const { Statement = [] } = JSON.parse(policy) as { readonly Statement?: unknown };
  return ([Statement].flat() as readonly { readonly Sid?: string }[]).map(({ Sid = '' }) => Sid);
}
