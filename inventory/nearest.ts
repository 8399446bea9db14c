/** The candidate that a reader most likely meant, or undefined if none is close (a third of its letters, at least 2). */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(text.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

/** Letters to insert, delete or replace. Texts longer than 60 letters count as far away: no name is that long. */
function editDistance(left: string, right: string): number {
  if (left.length > 60 || right.length > 60) return Infinity;
  const letters = Array.from(left);
  const others = Array.from(right);
  let row = [0, ...others.map((_, i) => i + 1)];
  for (const [i, letter] of letters.entries()) {
    const next = [i + 1];
    for (const [j, other] of others.entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
