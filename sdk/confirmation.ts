import type { Entry, Step } from '../lifecycle/index.ts';

/** What the gate said: the step to build for, how it was entered, and in which run of the engine that was. */
export interface Confirmation {
  readonly step: Step;
  /** The step and the waves merged into it. */
  readonly covered: readonly Step[];
  readonly entered: Entry;
  readonly attempt: number;
  /** Address of the engine and ISO time of the gate's last real Create or Update. */
  readonly engine: string;
  readonly at: string;
}

/** What the delete hooks ask of a run. */
export interface RunState {
  /** True once everything that was to be built is registered. */
  readonly rollCallComplete: boolean;
  /** The gate's confirmation, if it was given in this very run of the engine. */
  readonly confirmedNow: Confirmation | undefined;
}
