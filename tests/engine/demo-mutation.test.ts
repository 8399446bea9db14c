import {
  GetApiKeysCommand,
  GetDeploymentsCommand,
  UpdateApiKeyCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { expect, it } from '@jest/globals';
import pg from 'pg';
import { inDatabase, withServer } from '../../sandbox/database-picture.ts';
import { awsSettings } from '../../sandbox/slice/environment.ts';
import { withGateway } from '../../sandbox/world/gateway.ts';
import { withTenant } from '../../sandbox/world/identity.ts';
import { type World } from '../../sandbox/world/index.ts';
import { part } from './records.ts';
import { moveTo } from './system.ts';
import { redOf, worldSystem } from './world-system.ts';

const quickly = ['--skip-preview'];

/** One cut that is taken back behind the stack's back, and the lines that must turn red by it: these and no others. */
interface Mutation {
  readonly cut: string;
  readonly undo: (world: World) => Promise<unknown>;
  readonly redo: (world: World) => Promise<unknown>;
  readonly red: readonly string[];
}

const q = pg.escapeIdentifier;

function sql({ keys: { database } }: World, statement: string): Promise<unknown> {
  return withServer(inDatabase(database.urls.runner, database.database), (query) => query(statement));
}

const contacts = ({ surroundings }: World): string => q(`${surroundings.underscored}_contacts`);

const atModules: readonly Mutation[] = [
  {
    cut: 'the right of the contacts group to read',
    undo: (world) => sql(world, `GRANT SELECT ON ALL TABLES IN SCHEMA crm TO ${contacts(world)}`),
    redo: (world) => sql(world, `REVOKE SELECT ON ALL TABLES IN SCHEMA crm FROM ${contacts(world)}`),
    red: ['application: reads contacts'],
  },
  {
    cut: 'the action that denies log-ins',
    undo: (world) => bind(world, false),
    redo: (world) => bind(world, true),
    red: ['customer: logs in at the portal', 'customer of both products: logs in at the portal'],
  },
  {
    cut: 'the scope of the ERP',
    undo: (world) => grantScopes(world, ['read:contacts']),
    redo: (world) => grantScopes(world, []),
    red: ['ERP: gets a token for read:contacts'],
  },
];

const atAdmins: readonly Mutation[] = [
  ...(['administrator', 'operations'] as const).map((login) => ({
    cut: `the login of ${login}`,
    undo: (world: World) => sql(world, `ALTER ROLE ${q(world.keys.database.roles[login])} LOGIN`),
    redo: (world: World) => sql(world, `ALTER ROLE ${q(world.keys.database.roles[login])} NOLOGIN`),
    red: [`${login === 'operations' ? 'second ' : ''}administrator: logs in to the database`],
  })),
  {
    cut: 'the stop of the service',
    undo: (world) => count(world, 1),
    redo: (world) => count(world, 0),
    red: ['runner: sees the service of the CRM run'],
  },
  {
    cut: "the gateway's cuts, all of them",
    undo: (world) => openGateway(world),
    redo: () => Promise.resolve(),
    red: [
      'ERP: reads contacts at the gateway',
      'ERP: writes a contact at the gateway',
      'partner: deletes a contact at the gateway',
      'partner: reads contacts at the default host of the gateway',
    ],
  },
];

/** The denial is bound first of all. */
function bind({ surroundings }: World, bound: boolean): Promise<unknown> {
  return withTenant(surroundings, async (tenant) => {
    const denial = `${surroundings.system}-teardown-deny`;
    const [ours] = (await tenant.actions.list({ actionName: denial })).data;
    const named = [...(bound ? [{ id: ours?.id ?? '', name: denial }] : [])];
    for await (const { display_name: name = '', action } of await tenant.actions.triggers.bindings.list(
      'post-login',
    ))
      if (name !== denial) named.push({ id: action?.id ?? '', name });
    const bindings = named.map(({ id: value, name: display_name }) => {
      return { ref: { type: 'action_id' as const, value }, display_name };
    });
    await tenant.actions.triggers.bindings.updateMany('post-login', { bindings });
  });
}

function grantScopes({ surroundings, keys: { identity } }: World, scope: string[]): Promise<unknown> {
  return withTenant(surroundings, async (tenant) => {
    const [grant] = (
      await tenant.clientGrants.list({ audience: identity.api, client_id: identity.erp.clientId })
    ).data;
    await tenant.clientGrants.update(grant?.id ?? '', { scope: [...scope, 'read:invoices'] });
  });
}

async function count({ surroundings, keys: { services } }: World, desiredCount: number): Promise<void> {
  const client = new ECSClient(awsSettings(surroundings.environment));
  await client.send(
    new UpdateServiceCommand({ cluster: services.cluster, service: services.service, desiredCount }),
  );
  client.destroy();
}

/** The first deployment again, throttle and keys as they were. */
function openGateway({ surroundings, keys: { gateway } }: World): Promise<unknown> {
  const { api: restApiId, stage: stageName } = gateway;
  return withGateway(surroundings, async (client) => {
    const { items = [] } = await client.send(new GetDeploymentsCommand({ restApiId }));
    const first = items.find(({ description }) => description === 'as it was clicked together')?.id;
    const patchOperations = [
      { op: 'replace' as const, path: '/deploymentId', value: first },
      { op: 'replace' as const, path: '/*/*/throttling/rateLimit', value: '100' },
    ];
    await client.send(new UpdateStageCommand({ restApiId, stageName, patchOperations }));
    const held = [gateway.erpKey, gateway.partnerKey];
    const { items: keys = [] } = await client.send(
      new GetApiKeysCommand({ includeValues: true, limit: 500 }),
    );
    for (const { id: apiKey } of keys.filter(({ value = '' }) => held.includes(value))) {
      const enable = [{ op: 'replace' as const, path: '/enabled', value: 'true' }];
      await client.send(new UpdateApiKeyCommand({ apiKey, patchOperations: enable }));
    }
  });
}

it('looks from outside, and turns exactly the lines red whose cut was left out', async () => {
  const { system, world, lines, stop } = await worldSystem([
    ['accounts', 'modules'],
    ['interfaces', 'integrations', 'services', 'admins'],
  ]);
  try {
    for (const step of ['active', 'read-only', 'revoked/modules', 'revoked/admins'] as const) {
      await moveTo(system, step, quickly);
      const mutations = { 'revoked/modules': atModules, 'revoked/admins': atAdmins };
      const here = step in mutations ? mutations[step as keyof typeof mutations] : [];
      expect(redOf(await lines(step))).toEqual([]);
      for (const { cut, undo, redo, red } of here) {
        await part(`${step}, without ${cut}`, async () => {
          await undo(world);
          expect([...redOf(await lines(step))].sort()).toEqual([...red].sort());
          await redo(world);
        });
      }
    }
  } finally {
    await stop();
  }
}, 900_000);
