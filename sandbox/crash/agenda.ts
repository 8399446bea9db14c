import type { Step } from '../../lifecycle/index.ts';
import { type Blow, type Counts, type Kill, type Phase, share } from './kills.ts';

/** A kill that was done, at the step it was done in. */
export interface Struck extends Kill {
  readonly step: Step;
}

/** What is still to be struck, over the walks that are left. */
export class Agenda {
  readonly struck: Struck[] = [];
  readonly #left: Blow[];
  readonly #stops: readonly ReadonlySet<Phase>[];
  readonly #walks: number;

  /** `stops`: what a run can come to at each stop of a walk. */
  constructor(blows: readonly Blow[], stops: readonly ReadonlySet<Phase>[], walks: number) {
    this.#left = [...blows];
    this.#stops = stops;
    this.#walks = walks;
  }

  /** The blow that is next; undefined: all are done. */
  get next(): Blow | undefined {
    return this.#left[0];
  }

  /** What to strike in at a stop of a walk, both counted from 0: all that is left is shared out over the stops that are left. */
  dueAt(walk: number, stop: number): readonly Phase[] {
    const walks = Math.max(1, this.#walks - walk);
    const ahead = Array.from({ length: walks }, () => this.#stops).flat();
    return share(this.#left.length, ahead.slice(stop), this.counts)[0] ?? [];
  }

  done(kill: Struck): void {
    this.#left.shift();
    this.struck.push(kill);
  }

  get counts(): Counts {
    return countsOf(this.struck.map(({ phase }) => phase));
  }
}

export function countsOf<Name extends string>(names: readonly Name[]): Partial<Record<Name, number>> {
  const counts: Partial<Record<Name, number>> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
