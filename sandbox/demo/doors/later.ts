import { withServer, inDatabase } from '../../database-picture.ts';
import { withTenant } from '../../world/identity.ts';
import { environmentOf } from '../../slice/environment.ts';
import type { WorldKeys } from '../../world/index.ts';
import { accounts, data, identitiesGone, modules } from '../closures.ts';
import type { Door } from '../door.ts';

/** What no component closes yet: looked at, at each step, and said. */
export const laterDoors: readonly Door<WorldKeys>[] = [
  {
    principal: 'customer account',
    attempt: "has its rights in the CRM's own rows",
    closedBy: [modules, data],
    answer: 'read back',
    notYet: 'ApplicationPermissions is not built yet',
    run: async ({ database }) => {
      const there = await rows(
        database.urls.runner,
        'postgres',
        'SELECT 1 FROM pg_database WHERE datname = $1',
        [database.database],
      );
      if (there.length === 0) return 'refused';
      const held = 'SELECT 1 FROM app.account_permissions WHERE revoked_at IS NULL LIMIT 1';
      return (await rows(database.urls.runner, database.database, held)).length > 0 ? 'allowed' : 'refused';
    },
  },
  {
    principal: 'customer account',
    attempt: 'is not blocked in the tenant by itself',
    closedBy: [accounts, identitiesGone],
    answer: 'read back',
    notYet: 'the bulk lock of accounts is not built yet',
    run: ({ identity: { customer } }) =>
      withTenant({ environment: environmentOf(process.env as Record<string, string>) }, async (tenant) => {
        const q = `email:"${customer.email}" AND identities.connection:"${customer.connection}"`;
        const [found] = (await tenant.users.list({ q })).data;
        return found !== undefined && found.blocked !== true ? 'allowed' : 'refused';
      }),
  },
];

function rows(url: string, database: string, statement: string, values: readonly unknown[] = []) {
  return withServer(inDatabase(url, database), (query) => query(statement, values));
}
