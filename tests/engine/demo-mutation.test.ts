import { join } from 'node:path';
import { DeleteBucketPolicyCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { ManagementClient } from 'auth0';
import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Step } from '../../lifecycle/index.ts';
import { lookFromOutside, writeKeys } from '../../sandbox/demo/walk.ts';
import { merged, part, sql } from './records.ts';
import { moveTo, newSystem, type System, walkTo, worldOf } from './system.ts';

const limit = 900_000;
const quickly = ['--skip-preview'];

/** One cut that is taken back behind the stack's back, and the lines that must turn red by it: these and no others. */
interface Mutation {
  readonly cut: string;
  readonly undo: (system: System) => Promise<void>;
  readonly redo: (system: System) => Promise<void>;
  readonly red: readonly string[];
}

const q = pg.escapeIdentifier;

const atModules: readonly Mutation[] = [
  {
    cut: 'the right of the contacts group to read',
    undo: (system) => sql(system, `GRANT SELECT ON ALL TABLES IN SCHEMA crm TO ${q(contacts(system))}`),
    redo: (system) => sql(system, `REVOKE SELECT ON ALL TABLES IN SCHEMA crm FROM ${q(contacts(system))}`),
    red: ['application: reads contacts', 'ERP: reads orders'],
  },
  {
    cut: 'the connection of the portal',
    undo: (system) => enable(system, true),
    redo: (system) => enable(system, false),
    red: ['customer: logs in at the portal'],
  },
  {
    cut: 'the bucket policy',
    undo: async ({ world }) => {
      await s3((client) => client.send(new DeleteBucketPolicyCommand({ Bucket: world.names.bucket })));
    },
    redo: async ({ world }) => {
      const Policy = policies.get(world.names.bucket) ?? '';
      await s3((client) => client.send(new PutBucketPolicyCommand({ Bucket: world.names.bucket, Policy })));
    },
    red: ['application: reads an attachment', 'application: stores an attachment'],
  },
];

const atAdmins: readonly Mutation[] = (
  [
    ['erp', 'ERP: logs in to the database'],
    ['administrator', 'administrator: logs in to the database'],
    ['application', 'application: logs in to the database'],
  ] as const
).map(([role, line]) => ({
  cut: `the login of ${role}`,
  undo: (system) => sql(system, `ALTER ROLE ${q(system.world.names[role])} LOGIN`),
  redo: (system) => sql(system, `ALTER ROLE ${q(system.world.names[role])} NOLOGIN`),
  red: [line],
}));

const policies = new Map<string, string>();
const contacts = ({ world }: System): string => world.names.contacts;

async function s3(work: (client: S3Client) => Promise<unknown>): Promise<void> {
  const client = new S3Client({ forcePathStyle: true });
  await work(client).finally(() => {
    client.destroy();
  });
}

async function enable({ world }: System, status: boolean): Promise<void> {
  const {
    AUTH0_DOMAIN: domain,
    AUTH0_CLIENT_ID: clientId,
    AUTH0_CLIENT_SECRET: clientSecret,
  } = world.environment;
  const tenant = new ManagementClient({ domain, clientId, clientSecret, telemetry: false });
  const [connection] = (await tenant.connections.list({ name: world.names.connection })).data;
  const client = { client_id: world.keys.portal.clientId, status };
  await tenant.connections.clients.update(connection?.id ?? '', [client]);
}

describe('the look from outside', () => {
  it(
    'turns exactly the lines red whose cut was left out',
    async () => {
      const system = await newSystem(
        merged(['accounts', 'sensitive', 'modules'], ['interfaces', 'integrations', 'services', 'admins']),
      );
      const { sandbox, world } = system;
      const keysFile = join(system.directory, 'keys.json');
      writeKeys(keysFile, world);
      const redLines = async (step: Step): Promise<readonly string[]> => {
        const lines = await lookFromOutside({ sandbox, keysFile }, step);
        return lines.filter(({ ok }) => !ok).map(({ principal, attempt }) => `${principal}: ${attempt}`);
      };
      for (const [step, mutations] of [
        ['revoked/modules', atModules],
        ['revoked/admins', atAdmins],
      ] as const) {
        if (step === 'revoked/modules') await walkTo(system, step, quickly);
        else await moveTo(system, step, quickly);
        const { aws } = await worldOf(system);
        policies.set(world.names.bucket, JSON.stringify(aws.bucket?.policy));
        expect(await redLines(step)).toEqual([]);
        for (const { cut, undo, redo, red } of mutations) {
          await part(`${step}, without ${cut}`, async () => {
            await undo(system);
            expect(await redLines(step)).toEqual(red);
            await redo(system);
          });
        }
        expect(await redLines(step)).toEqual([]);
      }
    },
    limit,
  );
});
