/**
 * R94: what happens when a thing that a step creates is created a second time, because the engine was killed after the call and
 * before it saved its state. The recovery is the teardown's, and is shown on the engine in tests/engine/made-before.long.test.ts.
 */
import { beforeAll, expect, it, jest } from '@jest/globals';
import { contracts } from '../../lifecycle/index.ts';
import * as connectors from '../../connectors/index.ts';
import { gatewayDeployment } from '../../provider/gateway-deployment.ts';
import type { Properties, ProviderDefinition } from '../../provider/protocol.ts';
import { enterSandbox } from '../../sandbox/index.ts';
import { environmentOf } from '../../sandbox/slice/environment.ts';
import { buildWorld } from '../../sandbox/slice/index.ts';
import { auth0Provider } from '../../sandbox/standins/auth0/provider.ts';
import { awsProvider } from '../../sandbox/standins/aws/provider.ts';
import { postgresqlProvider } from '../../sandbox/standins/postgresql/provider.ts';
import { gateway } from '../../sandbox/world/gateway.ts';
import { integrations } from '../../sandbox/world/integrations.ts';
import { operators } from '../../sandbox/world/operators.ts';
import { driven } from '../standins/handlers.ts';
import { testSandbox } from '../sandbox-name.ts';

jest.setTimeout(120_000);

interface Row {
  /** The thing, whole, as somebody who knows its program would create it. */
  readonly arguments: () => Properties;
  /** `same`: it takes the place of the first, under the same id or another one. An error: it is refused with these words. */
  readonly second: 'same' | 'other id' | RegExp;
  /** What the next run does. `put`: creates it again, which changes nothing. `imports`: finds it by its name and takes it over. */
  readonly recovery: 'put' | 'imports';
}

const deny = (Action: string, Resource = '*'): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: '*', Action, Resource }],
  });
const denyAll = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
});

let providers: readonly ProviderDefinition[];
let place: Readonly<
  Record<
    'system' | 'database' | 'contacts' | 'instance' | 'bucket' | 'api' | 'role' | 'user' | 'queue' | 'secret',
    string
  >
>;

const rows: Readonly<Record<string, Row>> = {
  'aws:apigateway/response:Response': {
    arguments: () => ({ restApiId: place.api, responseType: 'ACCESS_DENIED', statusCode: '410' }),
    second: 'same',
    recovery: 'put',
  },
  'aws:apigateway/restApiPolicy:RestApiPolicy': {
    arguments: () => ({ restApiId: place.api, policy: deny('execute-api:Invoke', 'execute-api:/*') }),
    second: 'same',
    recovery: 'put',
  },
  'aws:iam/policy:Policy': {
    arguments: () => ({ name: `${place.system}-deny`, policy: denyAll }),
    second: /EntityAlreadyExists/,
    recovery: 'imports',
  },
  'aws:iam/rolePolicy:RolePolicy': {
    arguments: () => ({ role: place.role, name: 'deny', policy: denyAll }),
    second: 'same',
    recovery: 'put',
  },
  'aws:iam/userPolicy:UserPolicy': {
    arguments: () => ({ user: place.user, name: 'deny', policy: denyAll }),
    second: 'same',
    recovery: 'put',
  },
  'aws:s3/bucketPolicy:BucketPolicy': {
    arguments: () => ({
      bucket: place.bucket,
      policy: deny('s3:PutObject', `arn:aws:s3:::${place.bucket}/*`),
    }),
    second: 'same',
    recovery: 'put',
  },
  'aws:secretsmanager/secretPolicy:SecretPolicy': {
    arguments: () => ({ secretArn: place.secret, policy: deny('secretsmanager:GetSecretValue') }),
    second: 'same',
    recovery: 'put',
  },
  'aws:sqs/queuePolicy:QueuePolicy': {
    arguments: () => ({ queueUrl: place.queue, policy: deny('sqs:SendMessage') }),
    second: 'same',
    recovery: 'put',
  },
  'aws:rds/snapshot:Snapshot': {
    arguments: () => ({
      dbInstanceIdentifier: place.instance,
      dbSnapshotIdentifier: `${place.system}-archive-1`,
    }),
    second: /DBSnapshotAlreadyExists/,
    recovery: 'imports',
  },
  'auth0:index/action:Action': {
    arguments: () => ({
      name: `${place.system}-deny`,
      code: 'exports.onExecutePostLogin = async () => {};',
      supportedTriggers: { id: 'post-login', version: 'v3' },
    }),
    second: /same name already exists/,
    recovery: 'imports',
  },
  // AWS makes another at each call, so ours takes the place of the first, under another id.
  'teardown:index:GatewayDeployment': {
    arguments: () => ({ restApi: place.api, description: 'Teardown: read-only' }),
    second: 'other id',
    recovery: 'put',
  },
  // Has no importer, so what is taken over at `active` is created.
  'postgresql:index/grant:Grant': {
    arguments: () => ({
      role: place.contacts,
      database: place.database,
      schema: 'crm',
      objectType: 'table',
      objects: [],
      privileges: ['DELETE', 'INSERT', 'SELECT', 'UPDATE'],
    }),
    second: 'same',
    recovery: 'put',
  },
};

beforeAll(async () => {
  const { env } = testSandbox();
  enterSandbox(testSandbox());
  const environment = environmentOf(env);
  const system = `second-${process.pid}`;
  const part = { environment, system, underscored: system.replaceAll('-', '_'), accounts: 1 };
  const [{ names }, { api }, administrators, exchange] = await Promise.all([
    buildWorld(env, { system }),
    gateway.build(part),
    operators.build(part),
    integrations.build(part),
  ]);
  place = {
    system,
    database: names.database,
    contacts: names.contacts,
    instance: names.instance,
    bucket: names.bucket,
    api,
    role: administrators.names.support,
    user: administrators.names.anna,
    queue: exchange.queue,
    secret: exchange.erpSecret,
  };
  const ours = { 'teardown:index:GatewayDeployment': gatewayDeployment(() => Promise.resolve(connectors)) };
  providers = [
    awsProvider('0.0.0', env),
    auth0Provider('0.0.0', env),
    postgresqlProvider('0.0.0', env),
    { name: 'teardown', version: '0.0.0', resources: ours },
  ];
  for (const provider of providers) await provider.configure?.({});
});

it('lists every type that a step creates', () => {
  const created = Object.values(contracts).flatMap(({ creates }) => creates);
  expect(new Set(Object.keys(rows))).toEqual(new Set([...created, 'postgresql:index/grant:Grant']));
});

it('recovers from each second create as the cloud answers it', () => {
  for (const { second, recovery } of Object.values(rows)) {
    expect(recovery).toBe(second instanceof RegExp ? 'imports' : 'put');
  }
});

it.each(Object.keys(rows))('%s, created twice', async (type) => {
  const row = rows[type];
  const provider = providers.find(({ name }) => name === type.split(':')[0]);
  if (!row || !provider) throw new Error(type);
  const resource = driven(provider, type);
  const first = await resource.create(row.arguments());
  const again = resource.create(row.arguments());
  if (row.second instanceof RegExp) {
    await expect(again).rejects.toThrow(row.second);
    expect((await resource.import(first.id)).id).toBe(first.id);
    return;
  }
  const second = await again;
  if (row.second === 'same') expect(second).toEqual(first);
  else expect(await resource.refresh(first)).toBeUndefined();
  expect(await resource.refresh(second)).toBeDefined();
});
