import type { Json } from '../../diagnostics/index.ts';
import type { Environment } from '../slice/environment.ts';

/** What every part of the sample CRM is told. All of its names hold `system`, with `-` or, in the database, with `_`. */
export interface Surroundings {
  readonly environment: Environment;
  readonly system: string;
  /** `system` as a PostgreSQL name. */
  readonly underscored: string;
  /** How many application accounts there are; a fifth as many identity accounts. */
  readonly accounts: number;
  /** Hears what has been done so far, where that takes long. */
  readonly progress?: ((text: string) => void) | undefined;
}

/**
 * One part of the sample CRM, such as its database or its gateway: made by SQL and the vendors' SDKs as if by hand, before any
 * stack knows of it. `Keys` is what people and machines hold in their hands afterwards, as plain data.
 */
export interface Part<Keys> {
  build(surroundings: Surroundings): Promise<Keys>;
  /** Everything of it read back by the vendors' SDKs: equal pictures, equal worlds. What is gone is null. */
  read(surroundings: Surroundings): Promise<Json>;
}
