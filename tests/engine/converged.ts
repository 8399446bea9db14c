/** What a crash report says when nothing was found. */
export const converged = { diverged: 0, lost: 0, doubled: 0, orphans: 0, found: [], ok: true } as const;
