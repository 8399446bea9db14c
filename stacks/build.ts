import type pulumi from '@pulumi/pulumi';
import {
  ApiGateway,
  ApiGrants,
  ApplicationService,
  archiveSnapshots,
  ClientInterface,
  type Closing,
  CustomerDatabase,
  CustomerIdentity,
  DatabasePopulation,
  denialActions,
  denialPolicies,
  IdentityApi,
  IdentityRole,
  Integration,
  LoginDenial,
  ObjectPrefix,
  ObjectStore,
  OperatorAccess,
  OperatorDenial,
  type Surroundings,
} from '../components/index.ts';
import { actsInAws, deniesLogIns, type Settings } from '../inventory/index.ts';
import type { Creation, Expectation, Step } from '../lifecycle/index.ts';
import { DeletionGuard, type Made } from '../sdk/index.ts';
import { postures } from './postures.ts';

/** What was built for a step: for the roll-call all resources and the captured ones that the step removes, and what the verification is to observe. */
export interface Built {
  readonly resources: readonly pulumi.Resource[];
  readonly removed: readonly string[];
  readonly expectations: readonly Expectation[];
}

/** What the teardown makes at a step and no cloud makes twice: what is there already goes into `build` as `made`. */
export function creations({ inventory, former }: Settings, step: Step, attempt: number): readonly Creation[] {
  const args: Surroundings = { inventory, former, posture: postures[step], attempt, made: {} };
  return [
    ...archiveSnapshots(args),
    ...(deniesLogIns(inventory) ? denialActions(args) : []),
    ...(actsInAws(inventory) ? denialPolicies(args) : []),
  ];
}

/** Builds every component of the inventory for the posture of the step that the gate confirmed. */
export function build(
  { inventory, former, evidenceStore }: Settings,
  step: Step,
  attempt: number,
  made: Made,
): Built {
  const args: Surroundings = { inventory, former, posture: postures[step], attempt, made };
  const denials = actsInAws(inventory) ? [new OperatorDenial('operators', args)] : [];
  const boundary = denials[0]?.policy?.arn;
  const components: readonly Closing[] = [
    ...(inventory.database ? [new CustomerDatabase('database', inventory.database, args)] : []),
    ...inventory.objects.map((spec) =>
      spec.prefix === undefined
        ? new ObjectStore(spec.name, spec, args)
        : new ObjectPrefix(spec.name, { ...spec, prefix: spec.prefix }, args),
    ),
    ...(inventory.identity?.connections ?? []).map((spec) => new CustomerIdentity(spec.name, spec, args)),
    ...(deniesLogIns(inventory) ? [new LoginDenial('log-ins', args)] : []),
    ...(inventory.identity?.api ? [new IdentityApi('api', args), new ApiGrants('api-grants', args)] : []),
    ...(inventory.identity?.roles ?? []).map(({ name }) => new IdentityRole(name, args)),
    ...inventory.interfaces.flatMap(({ name, client }) =>
      client === undefined ? [] : [new ClientInterface(name, { name, client }, args)],
    ),
    ...inventory.interfaces.flatMap(({ name, gateway, successorUrl }) =>
      gateway === undefined ? [] : [new ApiGateway(name, { name, successorUrl }, args)],
    ),
    ...inventory.populations.map((spec) => new DatabasePopulation(spec.name, spec, args)),
    ...inventory.services.map((spec) => new ApplicationService(spec.name, spec, args)),
    ...inventory.integrations.map((spec) => new Integration(spec.name, spec, args)),
    ...denials,
    ...inventory.operators.map((spec) => new OperatorAccess(spec.name, spec, { ...args, boundary })),
  ];
  const guards = guardAll(components, inventory.system, evidenceStore);
  return {
    resources: [...components.flatMap(({ resources }) => resources), ...guards],
    removed: components.flatMap(({ removed }) => removed),
    expectations: components.flatMap(({ expectations }) => expectations),
  };
}

/**
 * One guard per guarded thing; each depends on all of them, so that all guards are tried before any guarded thing goes; each knows
 * all targets, so that no lock is released while another target must stay.
 */
function guardAll(components: readonly Closing[], system: string, evidenceStore: string): pulumi.Resource[] {
  const dependsOn = components.flatMap(({ guarded }) => guarded.map(({ resource }) => resource));
  const all = components.flatMap(({ guarded }) => guarded.map(({ target }) => target));
  return components.flatMap((parent) =>
    parent.guarded.map(
      ({ name, target }) =>
        new DeletionGuard(`guard:${name}`, { system, evidenceStore, target, all }, { parent, dependsOn }),
    ),
  );
}
