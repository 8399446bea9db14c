/** The resources of a stack as literal values: what the minimal program registers. */
import type { Json } from '../diagnostics/index.ts';

/** One live resource; those it refers to by name stand before it. */
export interface LiteralResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, Json>>;
  readonly options: {
    readonly import?: string;
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    readonly ignoreChanges: string[];
    readonly deletedWith?: string;
    readonly dependsOn: readonly string[];
  };
}

/** Of a state export, what decides about the engine's work on a resource. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly inputs?: Readonly<Record<string, Json>>;
  readonly importID?: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly ignoreChanges?: readonly string[];
  readonly deletedWith?: string;
  readonly dependencies?: readonly string[];
}

/** The vendors' resources of a state, in its order; not the tool's own ones, components and providers. */
export function literalsOf(state: readonly StateResource[]): readonly LiteralResource[] {
  const vendors = state.filter(({ custom, type }) => custom && !/^(pulumi|teardown):/.test(type));
  const kept = new Set(vendors.map(({ urn }) => urn));
  return vendors.map((resource) => ({
    type: resource.type,
    name: nameOf(resource.urn),
    inputs: resource.inputs ?? {},
    options: {
      ...(resource.importID === undefined ? {} : { import: resource.importID }),
      protect: resource.protect ?? false,
      retainOnDelete: resource.retainOnDelete ?? false,
      ignoreChanges: [...(resource.ignoreChanges ?? [])],
      ...(resource.deletedWith === undefined ? {} : { deletedWith: nameOf(resource.deletedWith) }),
      dependsOn: (resource.dependencies ?? []).filter((urn) => kept.has(urn)).map(nameOf),
    },
  }));
}

function nameOf(urn: string): string {
  return urn.split('::').slice(3).join('::');
}
