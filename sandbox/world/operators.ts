import {
  AddUserToGroupCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetAccountAuthorizationDetailsCommand,
  IAMClient,
  ListAccessKeysCommand,
  paginateListPolicies,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { Json } from '../../diagnostics/index.ts';
import { newPassword } from '../new-password.ts';
import { awsSettings, type Environment, withClients } from '../slice/environment.ts';
import type { Part } from './part.ts';
import { type AwsKeys, type AwsPlace, openSession } from './sessions.ts';

/** What administrators, break-glass, the runner and a neighbour's administrator hold in their hands. */
export interface OperatorKeys {
  readonly place: AwsPlace;
  /** What all of them may list. */
  readonly bucket: string;
  /** ARN of the administrators' role, which both may take. */
  readonly role: string;
  readonly names: OperatorNames;
  /** Anna's key and the one that is inactive since long ago; Ben's. */
  readonly anna: AwsKeys;
  readonly annaOld: AwsKeys;
  readonly ben: AwsKeys;
  /** Sessions that were opened before any teardown. */
  readonly session: AwsKeys;
  readonly supportSession: AwsKeys;
  readonly breakGlass: AwsKeys;
  readonly neighbour: AwsKeys;
  readonly runner: AwsKeys;
  readonly consolePassword: string;
}

export type OperatorNames = ReturnType<typeof operatorNames>;

export function operatorNames(system: string) {
  return {
    anna: `${system}-anna`,
    ben: `${system}-ben`,
    admin: `${system}-admin`,
    support: `${system}-support`,
    breakGlass: `${system}-break-glass`,
    neighbour: `${system}-shop-admin`,
    runner: `${system}-runner`,
    group: `${system}-operators`,
    policy: `${system}-operate`,
    bucket: `${system}-operated`,
  };
}

type Send = IAMClient['send'];

const document = (action: string, more: object = { Resource: '*' }): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, ...more }] });

/**
 * Administrators by IAM: two users (one of them with a second key that is inactive, a console log-in and a group; the other with
 * a boundary), two roles (one of them with a boundary); beside them break-glass, the runner and a neighbour's role.
 */
export const operators: Part<OperatorKeys> = {
  async build({ environment, system }) {
    const names = operatorNames(system);
    const consolePassword = newPassword();
    const { AWS_REGION: region, AWS_ENDPOINT_URL: endpoint } = environment;
    return withIam(environment, async (iam) => {
      const send: Send = iam.send.bind(iam);
      await buildBucket(environment, names.bucket);
      const PolicyDocument = document('s3:*');
      const made = await send(new CreatePolicyCommand({ PolicyName: names.policy, PolicyDocument }));
      const arn = made.Policy?.Arn ?? '';
      await buildUsers(send, names, arn, consolePassword);
      const roles = await buildRoles(send, names, arn);
      const place = { endpoint, region };
      const own = { accessKeyId: environment.AWS_ACCESS_KEY_ID, secretAccessKey: '' };
      const session = async (role: string): Promise<AwsKeys> => {
        const opened = await openSession(place, own, role);
        if (!opened) throw new Error(`no session of ${role}`);
        return opened;
      };
      const anna = await newKey(send, names.anna);
      const annaOld = await newKey(send, names.anna);
      const inactive = { UserName: names.anna, AccessKeyId: annaOld.accessKeyId };
      await send(new UpdateAccessKeyCommand({ ...inactive, Status: 'Inactive' }));
      return {
        place,
        bucket: names.bucket,
        role: roles.admin,
        names,
        anna,
        annaOld,
        ben: await newKey(send, names.ben),
        session: await session(roles.admin),
        supportSession: await session(roles.support),
        breakGlass: await session(roles.breakGlass),
        neighbour: await session(roles.neighbour),
        runner: await newKey(send, names.runner),
        consolePassword,
      };
    });
  },
  read({ environment, system }) {
    return withIam(environment, (iam) => read(iam, system));
  },
};

async function buildUsers(send: Send, names: OperatorNames, policy: string, Password: string): Promise<void> {
  const everything = { PolicyName: 'work', PolicyDocument: document('*') };
  for (const UserName of [names.anna, names.ben, names.runner]) {
    await send(new CreateUserCommand({ UserName, Tags: [{ Key: 'team', Value: 'crm' }] }));
    await send(new PutUserPolicyCommand({ UserName, ...everything }));
  }
  await send(new AttachUserPolicyCommand({ UserName: names.anna, PolicyArn: policy }));
  await send(new CreateLoginProfileCommand({ UserName: names.anna, Password }));
  await send(new CreateGroupCommand({ GroupName: names.group }));
  await send(new AddUserToGroupCommand({ UserName: names.anna, GroupName: names.group }));
  await send(new PutUserPermissionsBoundaryCommand({ UserName: names.ben, PermissionsBoundary: policy }));
}

/** ARNs of the roles. The break-glass and the neighbour's role are those of others: no inventory lists them. */
async function buildRoles(send: Send, names: OperatorNames, policy: string) {
  const trust = document('sts:AssumeRole', { Principal: { AWS: '*' } });
  const make = async (RoleName: string, settings: { readonly PermissionsBoundary?: string } = {}) => {
    const command = new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, ...settings });
    const { Role } = await send(command);
    await send(new PutRolePolicyCommand({ RoleName, PolicyName: 'work', PolicyDocument: document('s3:*') }));
    return Role?.Arn ?? '';
  };
  const roles = {
    admin: await make(names.admin),
    support: await make(names.support, { PermissionsBoundary: policy }),
    breakGlass: await make(names.breakGlass),
    neighbour: await make(names.neighbour),
  };
  await send(new AttachRolePolicyCommand({ RoleName: names.support, PolicyArn: policy }));
  return roles;
}

async function newKey(send: Send, UserName: string): Promise<AwsKeys> {
  const { AccessKey } = await send(new CreateAccessKeyCommand({ UserName }));
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  };
}

/** Everybody and everything in IAM whose name begins with that of the system. */
async function read(client: IAMClient, system: string): Promise<Json> {
  const command = new GetAccountAuthorizationDetailsCommand({ Filter: ['User', 'Role'] });
  const { UserDetailList = [], RoleDetailList = [] } = await client.send(command);
  const ours = (name = ''): boolean => name.startsWith(`${system}-`);
  const users = [];
  for (const user of UserDetailList.filter(({ UserName }) => ours(UserName))) {
    const { AccessKeyMetadata } = await client.send(new ListAccessKeysCommand({ UserName: user.UserName }));
    users.push({ ...user, keys: AccessKeyMetadata });
  }
  const policies = [];
  for await (const page of paginateListPolicies({ client }, { Scope: 'Local' }))
    policies.push(...(page.Policies ?? []).filter(({ PolicyName }) => ours(PolicyName)));
  // When a role was last used moves on by itself.
  const roles = RoleDetailList.filter(({ RoleName }) => ours(RoleName)).map((role) => ({
    ...role,
    RoleLastUsed: undefined,
  }));
  return plain({ users, roles, policies });
}

function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

async function buildBucket(environment: Environment, Bucket: string): Promise<void> {
  const s3 = new S3Client({ ...awsSettings(environment), forcePathStyle: true });
  const LocationConstraint = environment.AWS_REGION as 'eu-central-1';
  try {
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }));
  } finally {
    s3.destroy();
  }
}

function withIam<Result>(
  environment: Environment,
  work: (iam: IAMClient) => Promise<Result>,
): Promise<Result> {
  const clients = { iam: new IAMClient(awsSettings(environment)) };
  return withClients('the administrators of the sample CRM', clients, ({ iam }) => work(iam));
}
