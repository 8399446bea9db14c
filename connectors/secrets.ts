import {
  DescribeSecretCommand,
  type DescribeSecretResponse,
  GetResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Json } from '../diagnostics/index.ts';
import type { Observed } from '../lifecycle/index.ts';
import { ifThere, withSecrets } from './aws.ts';

const absent = 'ResourceNotFoundException';

/** A secret as the vendor describes it, never its value; undefined: there is none, or it is scheduled for deletion. */
export async function describeSecret(name: string): Promise<DescribeSecretResponse | undefined> {
  return withSecrets(async (client) => {
    const call = client.send(new DescribeSecretCommand({ SecretId: name }));
    const live = await ifThere(`reading secret ${name}`, call, absent);
    return live?.DeletedDate === undefined ? live : undefined;
  });
}

export async function observeSecret(name: string): Promise<Observed | undefined> {
  const live = await describeSecret(name);
  return live && { arn: live.ARN ?? '' };
}

/** The secret's resource policy, parsed; undefined if it has none or is not there. */
export async function observeSecretPolicy(name: string): Promise<Observed | undefined> {
  return withSecrets(async (client) => {
    const call = client.send(new GetResourcePolicyCommand({ SecretId: name }));
    const policy = (await ifThere(`reading the policy of secret ${name}`, call, absent))?.ResourcePolicy;
    return policy === undefined ? undefined : { policy: JSON.parse(policy) as Json };
  });
}
