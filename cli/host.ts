import type { LiveCrm } from '../adopt/index.ts';

/** All that a command has of the outside: given as an argument, so that a test needs neither terminal nor clock. */
export interface Host {
  /** Directory of Pulumi.yaml; the inventory's path is relative to it. */
  readonly projectRoot: string;
  /** Where the user stands: paths on the command line are relative to it. */
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  /** True on a terminal that shows colours. */
  readonly colours: boolean;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly now: () => Date;
  /** @default the real systems */
  readonly live?: LiveCrm;
}

/** What a command found or did: the same facts for people and for programs. */
export interface Report {
  readonly text: string;
  readonly json: object;
}
