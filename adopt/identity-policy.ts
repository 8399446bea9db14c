import { clientGrants, denialName, type FormerResource, type Inventory } from '../inventory/index.ts';
import { found, type Findings, merge, missing, wrong } from './findings.ts';
import type { LiveCrm } from './live.ts';
import { problems } from './problems.ts';

const tenant = 'in the Auth0 tenant';

/** Refuses an action of the teardown's own name: nothing of ours can be there yet. */
export async function refuseDenial(inventory: Inventory, live: LiveCrm): Promise<Findings> {
  const name = denialName(inventory);
  if ((await live.observe({ kind: 'auth0-action', name })) === undefined) return found({});
  const detail = `there is an action ${name} ${tenant}`;
  const hint = 'remove it, if it is left over from an earlier teardown';
  return wrong(problems('capture-denial-there', { detail, hint }));
}

/** The API, found by its identifier, and all of its client grants. Every scope that a module names is one of the API. */
export async function captureApi(
  { modules }: Pick<Inventory, 'modules'>,
  identifier: string,
  live: LiveCrm,
): Promise<Findings> {
  const api = await live.api(identifier);
  if (api === undefined) return missing(`API ${identifier}`, tenant);
  const unknown = modules
    .flatMap((module) => (module.enforcedBy === 'token-scope' ? module.scopes : []))
    .filter((scope) => !api.scopes.includes(scope))
    .map((scope) => {
      const detail = `${identifier} has no scope ${scope}`;
      return problems('capture-scope-unknown', { detail, hint: 'correct the scopes of the module' });
    });
  const grants = await live.clientGrants(identifier);
  const named = grants.map(({ id, clientId, audience, scopes }): [string, FormerResource] => [
    `${clientGrants}${clientId}`,
    {
      type: 'auth0:index/clientGrant:ClientGrant',
      importId: id,
      inputs: { clientId, audience, scopes },
    },
  ]);
  const server: FormerResource = {
    type: 'auth0:index/resourceServer:ResourceServer',
    importId: api.id,
    inputs: { identifier, name: api.name },
  };
  return merge([found({ 'identity-api': server, ...Object.fromEntries(named) }), wrong(...unknown)]);
}

/** A role, found by its name, and its permissions. */
export async function captureRole(name: string, live: LiveCrm): Promise<Findings> {
  const role = await live.auth0Role(name);
  if (role === undefined) return missing(`role ${name}`, tenant);
  const { id: importId, description } = role;
  const permissions = role.permissions.map((permission) => ({ ...permission }));
  return found({
    [`auth0-role:${name}`]: { type: 'auth0:index/role:Role', importId, inputs: { name, description } },
    [`role-permissions:${name}`]: {
      type: 'auth0:index/rolePermissions:RolePermissions',
      importId,
      inputs: { roleId: importId, permissions },
    },
  });
}

/** A role that is only named: its members are exempted, so a wrong name would lock the administrators out too early. */
export async function existingRole(name: string, live: LiveCrm): Promise<Findings> {
  return (await live.auth0Role(name)) === undefined ? missing(`role ${name}`, tenant) : found({});
}
