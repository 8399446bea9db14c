/** What makes the sample world large: tables in the CRM's database and peers with a queue, a secret, a rule or a client each. */
import { EventBridgeClient, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import pg from 'pg';
import { within } from '../../diagnostics/index.ts';
import { inDatabase, withServer } from '../../sandbox/database-picture.ts';
import { awsSettings } from '../../sandbox/slice/environment.ts';
import { withTenant } from '../../sandbox/world/identity.ts';
import type { World } from '../../sandbox/world/index.ts';

const schemas = 20;
const tablesEach = 100;

/** Peers of one sort: the key of the inventory that names its carrier, and how many have one. */
const peers = { queue: 110, secret: 90, rule: 50, client: 50 } as const;

type Carrier = keyof typeof peers;

/** Tables and peers that a load adds. */
export const loadOf = {
  tables: schemas * tablesEach,
  integrations: Object.values(peers).reduce((sum, count) => sum + count, 0),
};

/** Entries of an inventory for what `addLoad` has made. */
export interface LoadEntries {
  readonly modules: readonly Readonly<Record<string, unknown>>[];
  readonly integrations: readonly Readonly<Record<string, unknown>>[];
}

/** Makes it in the world, by SQL and the vendors' SDKs. */
export async function addLoad(world: World): Promise<LoadEntries> {
  const { system } = world.surroundings;
  const named = Object.entries(peers).flatMap(([carrier, count]) =>
    Array.from({ length: count }, (_, index) => {
      const name = `load-${carrier}-${String(index + 1).padStart(3, '0')}`;
      return { name, carrier: carrier as Carrier, thing: `${system}-${name}` };
    }),
  );
  const modules = await addTables(world);
  await within('5 minutes', 'making the peers of a large world', addPeers(world, named));
  const integrations = named.map(({ name, carrier, thing }) => ({
    name,
    kind: carrier === 'rule' ? 'automation' : 'sync',
    [carrier]: thing,
    peer: name,
    owner: 'load',
    ownership: 'exclusive',
  }));
  return { modules, integrations };
}

async function addTables({ surroundings, keys }: World): Promise<LoadEntries['modules']> {
  const { underscored, environment } = surroundings;
  const url = inDatabase(environment.CRM_DATABASE_URL, keys.database.database);
  const modules = Array.from({ length: schemas }, (_, index) => {
    const schema = `load_${String(index + 1).padStart(2, '0')}`;
    return { schema, role: `${underscored}_${schema}` };
  });
  await withServer(url, async (query) => {
    for (const { schema, role } of modules) await query(tablesIn(schema, role, `${underscored}_owner`));
  });
  return modules.map(({ schema, role }) => ({
    name: schema.replace('_', '-'),
    data: ['contact'],
    enforcedBy: 'database-role',
    role,
    schema,
  }));
}

function tablesIn(schema: string, role: string, owner: string): string {
  const [place, group, by] = [schema, role, owner].map(pg.escapeIdentifier);
  return `CREATE ROLE ${group} NOLOGIN;
    CREATE SCHEMA ${place} AUTHORIZATION ${by};
    SET ROLE ${by};
    DO $$ BEGIN FOR n IN 1..${tablesEach} LOOP
      EXECUTE format('CREATE TABLE ${place}.%I (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, label text, noted date)', 't_' || n);
    END LOOP; END $$;
    GRANT USAGE ON SCHEMA ${place} TO ${group};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${place} TO ${group};
    RESET ROLE;`;
}

async function addPeers(
  { surroundings }: World,
  named: readonly { readonly carrier: Carrier; readonly thing: string }[],
): Promise<void> {
  const settings = awsSettings(surroundings.environment);
  const [events, secrets, queues] = [
    new EventBridgeClient(settings),
    new SecretsManagerClient(settings),
    new SQSClient(settings),
  ];
  await withTenant(surroundings, async (tenant) => {
    const make: Readonly<Record<Carrier, (name: string) => PromiseLike<unknown>>> = {
      queue: (QueueName) => queues.send(new CreateQueueCommand({ QueueName })),
      secret: (Name) => secrets.send(new CreateSecretCommand({ Name, SecretString: `value of ${Name}` })),
      rule: (Name) =>
        events.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify({ source: [Name] }) })),
      client: (name) =>
        tenant.clients.create({
          name,
          description: name,
          app_type: 'non_interactive',
          grant_types: ['client_credentials'],
        }),
    };
    const left = named.values();
    const worker = async () => {
      for (const { carrier, thing } of left) await make[carrier](thing);
    };
    await Promise.all(Array.from({ length: 8 }, worker));
  });
  for (const client of [events, secrets, queues]) client.destroy();
}
