import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  type IAMClient,
  paginateListAccessKeys,
  paginateListAttachedUserPolicies,
  paginateListPolicies,
  paginateListUserPolicies,
  type Role,
  type Tag,
  type User,
} from '@aws-sdk/client-iam';
import { type Json, within } from '../diagnostics/index.ts';
import type { Observed } from '../lifecycle/index.ts';
import { awsCode, withIam } from './aws.ts';

/** An IAM role as far as a program describes it; optional facts are left out where AWS has none. */
export interface IamRole {
  readonly arn: string;
  readonly path: string;
  readonly description: string;
  readonly maxSessionDuration: number;
  readonly trust: Json;
  readonly boundary?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** An IAM user with what belongs to it alone. */
export interface IamUser {
  readonly arn: string;
  readonly path: string;
  readonly boundary?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** `Active` or `Inactive`, by the id of the key. */
  readonly accessKeys: Readonly<Record<string, string>>;
  /** Inline policies by name. */
  readonly policies: Readonly<Record<string, Json>>;
  /** ARNs of the managed policies attached to it. */
  readonly attached: readonly string[];
}

/** Undefined: there is no such role. */
export async function readIamRole(name: string): Promise<IamRole | undefined> {
  return ifThere(`reading IAM role ${name}`, async (client) => {
    const { Role: live } = await client.send(new GetRoleCommand({ RoleName: name }));
    return live && roleFacts(live);
  });
}

/** Undefined: there is no such user. */
export async function readIamUser(name: string): Promise<IamUser | undefined> {
  return ifThere(`reading IAM user ${name}`, async (client) => {
    const { User: live } = await client.send(new GetUserCommand({ UserName: name }));
    return live && (await userFacts(client, live, name));
  });
}

export async function observeIamRole(name: string): Promise<Observed | undefined> {
  const role = await readIamRole(name);
  return role && { arn: role.arn, ...(await boundaryFacts(role.boundary)) };
}

export async function observeIamUser(name: string): Promise<Observed | undefined> {
  const user = await readIamUser(name);
  if (!user) return undefined;
  const { arn, accessKeys } = user;
  return { arn, accessKeys, ...(await boundaryFacts(user.boundary)) };
}

/** One inline policy; undefined: it, or whom it belongs to, is not there. */
export async function observeIamRolePolicy(role: string, name: string): Promise<Observed | undefined> {
  return ifThere(`reading a policy of IAM role ${role}`, async (client) => {
    const command = new GetRolePolicyCommand({ RoleName: role, PolicyName: name });
    return { policy: documentOf((await client.send(command)).PolicyDocument) };
  });
}

/** As `observeIamRolePolicy`, of a user. */
export async function observeIamUserPolicy(user: string, name: string): Promise<Observed | undefined> {
  return ifThere(`reading a policy of IAM user ${user}`, async (client) => {
    const command = new GetUserPolicyCommand({ UserName: user, PolicyName: name });
    return { policy: documentOf((await client.send(command)).PolicyDocument) };
  });
}

/** A managed policy of the account's own, found by its name: its path is anybody's choice. */
export async function observeIamPolicy(name: string): Promise<Observed | undefined> {
  const id = await ifThere(`looking for IAM policy ${name}`, async (client) => {
    for await (const { Policies = [] } of paginateListPolicies({ client }, { Scope: 'Local' })) {
      const found = Policies.find(({ PolicyName }) => PolicyName === name)?.Arn;
      if (found !== undefined) return found;
    }
    return undefined;
  });
  const policy = id === undefined ? undefined : await readPolicy(id);
  return id === undefined || policy === undefined ? undefined : { id, policy };
}

function roleFacts(live: Role): IamRole {
  return {
    arn: live.Arn ?? '',
    path: live.Path ?? '/',
    description: live.Description ?? '',
    maxSessionDuration: live.MaxSessionDuration ?? 3600,
    trust: documentOf(live.AssumeRolePolicyDocument),
    ...boundaryOf(live),
    tags: tagsOf(live.Tags),
  };
}

async function userFacts(client: IAMClient, live: User, UserName: string): Promise<IamUser> {
  const accessKeys: Record<string, string> = {};
  for await (const page of paginateListAccessKeys({ client }, { UserName })) {
    for (const { AccessKeyId = '', Status = '' } of page.AccessKeyMetadata ?? [])
      accessKeys[AccessKeyId] = Status;
  }
  const policies: Record<string, Json> = {};
  for await (const page of paginateListUserPolicies({ client }, { UserName })) {
    for (const PolicyName of page.PolicyNames ?? []) {
      const { PolicyDocument } = await client.send(new GetUserPolicyCommand({ UserName, PolicyName }));
      policies[PolicyName] = documentOf(PolicyDocument);
    }
  }
  const attached: string[] = [];
  for await (const page of paginateListAttachedUserPolicies({ client }, { UserName }))
    attached.push(...(page.AttachedPolicies ?? []).map(({ PolicyArn = '' }) => PolicyArn));
  return {
    arn: live.Arn ?? '',
    path: live.Path ?? '/',
    ...boundaryOf(live),
    tags: tagsOf(live.Tags),
    accessKeys,
    policies,
    attached: attached.sort(),
  };
}

function boundaryOf({ PermissionsBoundary }: Role | User): { readonly boundary?: string } {
  const boundary = PermissionsBoundary?.PermissionsBoundaryArn;
  return boundary === undefined ? {} : { boundary };
}

/** What the boundary says counts, not its name: the document of its default version is a fact of its own. */
async function boundaryFacts(arn: string | undefined): Promise<Observed> {
  if (arn === undefined) return { boundary: null, boundaryPolicy: null };
  return { boundary: arn, boundaryPolicy: (await readPolicy(arn)) ?? null };
}

/** The default version of a managed policy; undefined: there is no such policy. */
function readPolicy(arn: string): Promise<Json | undefined> {
  return ifThere(`reading IAM policy ${arn}`, async (client) => {
    const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn: arn }));
    const version = { PolicyArn: arn, VersionId: Policy?.DefaultVersionId };
    const { PolicyVersion } = await client.send(new GetPolicyVersionCommand(version));
    return documentOf(PolicyVersion?.Document);
  });
}

/** AWS answers documents as URL-encoded JSON. */
function documentOf(text: string | undefined): Json {
  return text === undefined ? null : (JSON.parse(decodeURIComponent(text)) as Json);
}

function tagsOf(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

async function ifThere<T>(what: string, work: (client: IAMClient) => Promise<T>): Promise<T | undefined> {
  return withIam(async (client) => {
    try {
      return await within('60 seconds', what, work(client));
    } catch (error) {
      if (/^NoSuchEntity(Exception)?$/.test(awsCode(error))) return undefined;
      throw error;
    }
  });
}
