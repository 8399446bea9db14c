/** Single cuts of the sample world taken back behind the stack's back. Each gives the way in which the cut is made again. */
import {
  GetApiKeysCommand,
  GetDeploymentsCommand,
  UpdateApiKeyCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteFunctionConcurrencyCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { GetBucketPolicyCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DeleteResourcePolicyCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { denialName } from '../../inventory/index.ts';
import { bucketDenials } from '../../lifecycle/index.ts';
import { inDatabase, withServer } from '../../sandbox/database-picture.ts';
import { awsSettings } from '../../sandbox/slice/environment.ts';
import { withGateway } from '../../sandbox/world/gateway.ts';
import { withTenant } from '../../sandbox/world/identity.ts';
import type { World } from '../../sandbox/world/index.ts';

/** Makes the cut again. */
export type CutAgain = () => Promise<unknown>;

/** In the CRM's database. */
export async function leaveOutBySql(world: World, undo: string, redo: string): Promise<CutAgain> {
  const { database } = world.keys;
  const run = (statements: string) =>
    withServer(inDatabase(database.urls.runner, database.database), (query) => query(statements));
  await run(undo);
  return () => run(redo);
}

export async function unbindDenial({ surroundings }: World): Promise<CutAgain> {
  const denial = denialName(surroundings);
  return withTenant(surroundings, async (tenant) => {
    const before: { readonly display_name: string; readonly id: string }[] = [];
    const bound = await tenant.actions.triggers.bindings.list('post-login');
    for await (const { display_name = '', action } of bound)
      before.push({ display_name, id: action?.id ?? '' });
    const bind = (all: typeof before) =>
      withTenant(surroundings, (again) => {
        const bindings = all.map(({ display_name, id: value }) => {
          return { ref: { type: 'action_id' as const, value }, display_name };
        });
        return again.actions.triggers.bindings.updateMany('post-login', { bindings });
      });
    await bind(before.filter(({ display_name }) => display_name !== denial));
    return () => bind(before);
  });
}

export async function giveScopesBack({ surroundings, keys: { identity } }: World): Promise<CutAgain> {
  const grant = (scope: string[]) =>
    withTenant(surroundings, async (tenant) => {
      const { erp, api: audience } = identity;
      const [found] = (await tenant.clientGrants.list({ audience, client_id: erp.clientId })).data;
      await tenant.clientGrants.update(found?.id ?? '', { scope });
    });
  await grant(['read:contacts', 'read:invoices']);
  return () => grant(['read:invoices']);
}

/** Without the denial to read; the denial to write stays. */
export async function openPrefixForReading({ surroundings, keys: { objects } }: World): Promise<CutAgain> {
  const { bucket: Bucket } = objects;
  const work = <Result>(call: (s3: S3Client) => Promise<Result>) =>
    closing(new S3Client({ ...awsSettings(surroundings.environment), forcePathStyle: true }), call);
  const put = (Policy: string) => work((s3) => s3.send(new PutBucketPolicyCommand({ Bucket, Policy })));
  const { Policy: before = '' } = await work((s3) => s3.send(new GetBucketPolicyCommand({ Bucket })));
  const policy = JSON.parse(before) as { readonly Statement: readonly { readonly Sid: string }[] };
  const Statement = policy.Statement.filter(({ Sid }) => Sid !== bucketDenials.reads);
  await put(JSON.stringify({ ...policy, Statement }));
  return () => put(before);
}

/** As before the teardown: without a policy. */
export async function openErpSecret({ surroundings, keys }: World): Promise<CutAgain> {
  const SecretId = keys.integrations.erpSecret;
  const work = <Result>(call: (secrets: SecretsManagerClient) => Promise<Result>) =>
    closing(new SecretsManagerClient(awsSettings(surroundings.environment)), call);
  const { ResourcePolicy } = await work((secrets) =>
    secrets.send(new GetResourcePolicyCommand({ SecretId })),
  );
  await work((secrets) => secrets.send(new DeleteResourcePolicyCommand({ SecretId })));
  return () => work((secrets) => secrets.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy })));
}

export async function letNightlyRun({ surroundings, keys }: World): Promise<CutAgain> {
  const FunctionName = keys.functions.nightly;
  const work = <Result>(call: (lambda: LambdaClient) => Promise<Result>) =>
    closing(new LambdaClient(awsSettings(surroundings.environment)), call);
  await work((lambda) => lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName })));
  const none = { FunctionName, ReservedConcurrentExecutions: 0 };
  return () => work((lambda) => lambda.send(new PutFunctionConcurrencyCommand(none)));
}

export async function startService({ surroundings, keys: { services } }: World): Promise<CutAgain> {
  const { cluster, service } = services;
  const count = (desiredCount: number) =>
    closing(new ECSClient(awsSettings(surroundings.environment)), (ecs) =>
      ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount })),
    );
  await count(1);
  return () => count(0);
}

/** The support's role with the boundary it had and without our policy, both in one: either alone keeps it locked. */
export function unlockSupport({ surroundings, keys: { operators } }: World): Promise<CutAgain> {
  const RoleName = operators.names.support;
  const PolicyName = denialName(surroundings);
  const work = <Result>(call: (iam: IAMClient) => Promise<Result>) =>
    closing(new IAMClient(awsSettings(surroundings.environment)), call);
  return work(async (iam) => {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    const ours = Role?.PermissionsBoundary?.PermissionsBoundaryArn;
    const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    const theirs = ours?.replace(PolicyName, operators.names.policy);
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: theirs }));
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    const document = { RoleName, PolicyName, PolicyDocument: decodeURIComponent(PolicyDocument) };
    return () =>
      work(async (again) => {
        await again.send(new PutRolePolicyCommand(document));
        await again.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: ours }));
      });
  });
}

/** The first deployment again, throttle and keys as they were. Nothing makes these cuts again: the last mutation of all. */
export function openGateway({ surroundings, keys: { gateway } }: World): Promise<CutAgain> {
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
    return () => Promise.resolve();
  });
}

async function closing<Client extends { destroy(): void }, Result>(
  client: Client,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
