import { digest } from '../diagnostics/index.ts';
import { type Move } from '../lifecycle/index.ts';

/** What an approval of a step binds, besides the step and the attempt (DESIGN section 8, R86): SHA-256 digests in hex. */
export interface Intended {
  readonly system: string;
  readonly reason: string;
  readonly digests: { readonly inventory: string; readonly former: string; readonly program: string };
}

/** The intent digest of one move. Gate and approver compute it from the same files; any change of them voids an approval. */
export function intentOf(
  { system, reason, digests }: Intended,
  { to, attempt }: Pick<Move, 'to' | 'attempt'>,
): string {
  return digest({ system, reason, digests, step: to, attempt });
}
