import { databaseModules, isSensitive, type Inventory, type Module } from '../inventory/index.ts';
import type { AccessCuts, Posture } from '../lifecycle/index.ts';
import {
  operatorLogin,
  peerLogin,
  populationLogin,
  serviceLogin,
  type LoginState,
} from './database-login.ts';

type Parts = Pick<
  Inventory,
  'database' | 'modules' | 'dataClasses' | 'populations' | 'integrations' | 'services' | 'operators'
>;

/**
 * What a posture takes from the database. Reading ends module by module; a schema of no module, and the tables that were still
 * written, are closed with the services, the last that need them. Administrators keep their login to the end, not their rights.
 */
export function accessCuts(inventory: Parts, posture: Posture): AccessCuts {
  const stopped = posture.services !== 'running';
  const revoked = (module: Module) =>
    posture[isSensitive(module, inventory.dataClasses) ? 'sensitive' : 'modules'] === 'revoked';
  const kept = (none: boolean) => (none ? 'none' : 'as before');
  return {
    logins: Object.fromEntries(
      loginStates(inventory, posture).map(([login, state]) => [
        login,
        state === 'former' ? 'as before' : state,
      ]),
    ),
    writes: posture.writes === 'blocked' ? 'blocked' : 'as before',
    stillWritten: stopped ? [] : (inventory.database?.readOnly.stillWritten ?? []).map(({ table }) => table),
    schemas: Object.fromEntries(
      databaseModules(inventory.modules).map((module) => [module.schema, kept(revoked(module))]),
    ),
    otherSchemas: kept(stopped),
    columns: Object.fromEntries(
      inventory.modules.flatMap((module) =>
        module.enforcedBy === 'database-columns'
          ? module.columns.map((column) => [column, kept(revoked(module))])
          : [],
      ),
    ),
  };
}

/** Every database login of the inventory, with what a posture makes of it. */
function loginStates(
  { populations, integrations, services, operators }: Parts,
  posture: Posture,
): readonly (readonly [string, LoginState])[] {
  const of = (
    entries: readonly { readonly login?: string | undefined }[],
    state: LoginState,
  ): readonly (readonly [string, LoginState])[] =>
    entries.flatMap(({ login }) => (login === undefined ? [] : [[login, state] as const]));
  return [
    ...populations.flatMap(({ logins }) => logins.map((login) => [login, populationLogin(posture)] as const)),
    ...of(integrations, peerLogin(posture)),
    ...of(services, serviceLogin(posture)),
    ...of(operators, operatorLogin(posture)),
  ];
}
