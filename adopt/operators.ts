import { canonical } from '../diagnostics/index.ts';
import { denialName, type FormerResource, type Inventory } from '../inventory/index.ts';
import { found, type Findings, merge, missing, wrong } from './findings.ts';
import type { LiveCrm } from './live.ts';
import { problems } from './problems.ts';

/** An IAM role of administrators: its trust, its boundary, its tags. Its policies stay what they are until it is removed. */
export async function captureIamRole(
  inventory: Pick<Inventory, 'system'>,
  name: string,
  live: LiveCrm,
): Promise<Findings> {
  const role = await live.iamRole(name);
  if (role === undefined) return missing(`IAM role ${name}`, 'in this account');
  const denial = { kind: 'iam-role-policy', role: name, name: denialName(inventory) } as const;
  const { path, trust, description, maxSessionDuration, boundary, tags } = role;
  const adopted = found({
    [`iam-role:${name}`]: {
      type: 'aws:iam/role:Role',
      importId: name,
      inputs: {
        name,
        path,
        assumeRolePolicy: canonical(trust),
        ...(description === '' ? {} : { description }),
        maxSessionDuration,
        ...common(boundary, tags),
      },
    },
  });
  return merge([
    adopted,
    adoptable(`IAM role ${name}`, path),
    nothingOfOurs(`IAM role ${name}`, (await live.observe(denial)) !== undefined, denial.name),
  ]);
}

/** An IAM user with its access keys and its own policies: the provider removes a user only after these. */
export async function captureIamUser(
  inventory: Pick<Inventory, 'system'>,
  name: string,
  live: LiveCrm,
): Promise<Findings> {
  const user = await live.iamUser(name);
  if (user === undefined) return missing(`IAM user ${name}`, 'in this account');
  const { path, boundary, tags, accessKeys, policies, attached } = user;
  const denial = denialName(inventory);
  return merge([
    found({
      [`iam-user:${name}`]: {
        type: 'aws:iam/user:User',
        importId: name,
        inputs: { name, path, ...common(boundary, tags) },
      },
      ...Object.fromEntries(Object.entries(accessKeys).map(([id, status]) => accessKey(name, id, status))),
      ...Object.fromEntries(
        Object.entries(policies).map(([policy, document]) => inlinePolicy(name, policy, canonical(document))),
      ),
      ...Object.fromEntries(attached.map((arn) => attachment(name, arn))),
    }),
    nothingOfOurs(`IAM user ${name}`, denial in policies, denial),
  ]);
}

type Named = readonly [string, FormerResource];

/** Never its secret: AWS does not show it again, and nothing here needs it. */
function accessKey(user: string, id: string, status: string): Named {
  const type = 'aws:iam/accessKey:AccessKey';
  return [`access-key:${user}/${id}`, { type, importId: id, inputs: { user, status } }];
}

function inlinePolicy(user: string, name: string, policy: string): Named {
  const type = 'aws:iam/userPolicy:UserPolicy';
  return [
    `user-policy:${user}/${name}`,
    { type, importId: `${user}:${name}`, inputs: { user, name, policy } },
  ];
}

function attachment(user: string, policyArn: string): Named {
  const type = 'aws:iam/userPolicyAttachment:UserPolicyAttachment';
  const importId = `${user}/${policyArn}`;
  return [`user-policy-attachment:${user}/${policyArn}`, { type, importId, inputs: { user, policyArn } }];
}

function common(boundary: string | undefined, tags: Readonly<Record<string, string>>) {
  return {
    ...(boundary === undefined ? {} : { permissionsBoundary: boundary }),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
  };
}

/** AWS keeps the roles of its services and of single sign-on from everybody's changes. */
function adoptable(what: string, path: string): Findings {
  if (!/^\/(aws-service-role|aws-reserved)\//.test(path)) return found({});
  const detail = `${what} lies under ${path}: AWS manages it and takes no boundary for it`;
  const hint = 'close it where it is managed (single sign-on, the service), and leave the entry out';
  return wrong(problems('capture-role-managed', { detail, hint }));
}

/** A policy of the teardown's own name would be overwritten by the cut and deleted on the way back. */
function nothingOfOurs(what: string, there: boolean, name: string): Findings {
  if (!there) return found({});
  const detail = `${what} has an inline policy ${name}`;
  const hint = 'remove it, if it is left over from an earlier teardown';
  return wrong(problems('capture-denial-there', { detail, hint }));
}
