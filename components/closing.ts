import type pulumi from '@pulumi/pulumi';
import { TeardownError } from '../diagnostics/index.ts';
import { type FormerResource, type FormerSettings, type Inventory } from '../inventory/index.ts';
import { type Expectation, type LiveTarget, type Posture } from '../lifecycle/index.ts';
import { problems } from './problems.ts';

/** What every component is told besides its own part of the inventory. */
export interface Surroundings {
  readonly inventory: Inventory;
  readonly former: FormerSettings;
  readonly posture: Posture;
  /** Number of the attempt: what proves something for one attempt does not for another. */
  readonly attempt: number;
}

/** A live thing whose delete needs a DeletionGuard, and the resource that would delete it. */
export interface Guarded {
  readonly name: string;
  readonly target: LiveTarget;
  readonly resource: pulumi.Resource;
}

/** What every component offers: its live resources, what is to be guarded, and what must be observed afterwards. */
export interface Closing extends pulumi.ComponentResource {
  readonly resources: readonly pulumi.Resource[];
  /** Logical names of the captured resources that this posture removes: the roll-call misses all others that are not built. */
  readonly removed: readonly string[];
  readonly guarded: readonly Guarded[];
  readonly expectations: readonly Expectation[];
}

/** What a part of a component adds to it. */
export type Adopted = Pick<Closing, 'resources' | 'removed' | 'expectations'>;

/** An entry that does not name this kind of thing. */
export const nothing: Adopted = { resources: [], removed: [], expectations: [] };

export function together(parts: readonly Adopted[]): Adopted {
  return {
    resources: parts.flatMap(({ resources }) => resources),
    removed: parts.flatMap(({ removed }) => removed),
    expectations: parts.flatMap(({ expectations }) => expectations),
  };
}

/** The captured resources whose logical name begins with `family`, with the id behind it. */
export function familyOf(
  former: FormerSettings,
  family: string,
): readonly { readonly name: string; readonly id: string; readonly captured: FormerResource }[] {
  return Object.entries(former.resources)
    .filter(([name]) => name.startsWith(family))
    .map(([name, captured]) => ({ name, id: name.slice(family.length), captured }));
}

/** The captured settings of one live resource; throws if it was never captured, for then nothing may be built on it. */
export function formerOf(former: FormerSettings, name: string): FormerResource {
  const resource = former.resources[name];
  if (resource) return resource;
  const detail = `${name} is not in the former settings of ${former.system}`;
  throw new TeardownError(problems('component-not-captured', { detail, hint: 'teardown capture' }));
}

/** Options of an adopted resource: its import id (types without an importer are created), its parent, its protection. */
export function adoption(
  parent: pulumi.Resource,
  former: FormerResource,
  protect = false,
): pulumi.CustomResourceOptions {
  return { parent, protect, ...(former.importId === undefined ? {} : { import: former.importId }) };
}
