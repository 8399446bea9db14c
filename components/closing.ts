import pulumi from '@pulumi/pulumi';
import { TeardownError } from '../diagnostics/index.ts';
import type { FormerResource, FormerSettings, Inventory } from '../inventory/index.ts';
import type { Expectation, LiveTarget, Posture } from '../lifecycle/index.ts';
import { problems } from './problems.ts';

/** What every component is told besides its own part of the inventory. */
export interface Surroundings {
  readonly inventory: Inventory;
  readonly former: FormerSettings;
  readonly posture: Posture;
  /** Import ids of what the teardown has made before, by logical name. */
  readonly made: Readonly<Record<string, string>>;
  /** Number of the attempt: what proves something for one attempt does not for another. */
  readonly attempt: number;
}

/** A live thing whose delete needs a DeletionGuard, and the resource that would delete it. */
export interface Guarded {
  readonly name: string;
  readonly target: LiveTarget;
  readonly resource: pulumi.Resource;
}

/** Live resources, the captured ones that the posture removes (the roll-call misses all others), and what must be observed. */
export interface Adopted {
  readonly resources: readonly pulumi.Resource[];
  readonly removed: readonly string[];
  readonly expectations: readonly Expectation[];
}

/** A component of the CRM. lifecycle/contract.ts knows it by its `kind`, the end of its type token. */
export abstract class Closing extends pulumi.ComponentResource implements Adopted {
  readonly resources: pulumi.Resource[] = [];
  readonly removed: string[] = [];
  readonly guarded: Guarded[] = [];
  readonly expectations: Expectation[] = [];

  constructor(kind: string, name: string, opts?: pulumi.ComponentResourceOptions) {
    super(`teardown:components:${kind}`, name, {}, opts);
  }

  protected add(...parts: readonly Adopted[]): void {
    const { resources, removed, expectations } = together(parts);
    this.resources.push(...resources);
    this.removed.push(...removed);
    this.expectations.push(...expectations);
  }
}

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

/** Options of a resource that the teardown makes: taken over if a run that was killed has made it. */
export function creation(
  parent: pulumi.Resource,
  made: Surroundings['made'],
  name: string,
): pulumi.CustomResourceOptions {
  return { parent, ...(made[name] === undefined ? {} : { import: made[name] }) };
}

/** Options of an adopted resource: its import id (types without an importer are created), its parent, its protection. */
export function adoption(
  parent: pulumi.Resource,
  former: FormerResource,
  protect = false,
): pulumi.CustomResourceOptions {
  return { parent, protect, ...(former.importId === undefined ? {} : { import: former.importId }) };
}
