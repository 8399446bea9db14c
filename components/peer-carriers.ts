import aws from '@pulumi/aws';
import type pulumi from '@pulumi/pulumi';
import type { Expectation, LiveTarget, Observed, Posture } from '../lifecycle/index.ts';
import { type Adopted, adoption, formerOf, nothing, type Surroundings } from './closing.ts';
import { denial, type Exempt, exemptOf, narrowed, type Policy } from './resource-policy.ts';

type Args = Pick<Surroundings, 'former' | 'inventory' | 'posture'>;

/** A queue between the CRM and a peer: cut, its policy lets nobody but runner and break-glass send or receive; what is in it stays. */
export function peerQueue(parent: pulumi.Resource, name: string | undefined, args: Args): Adopted {
  if (name === undefined) return nothing;
  const target = { kind: 'queue', name } as const;
  const policyName = `queue-policy:${name}`;
  if (args.posture.integrations === 'removed') return gone(target, [`queue:${name}`, policyName]);
  const captured = formerOf(args.former, `queue:${name}`);
  const queue = new aws.sqs.Queue(`queue:${name}`, captured.inputs, adoption(parent, captured));
  const queueUrl = captured.importId ?? '';
  const denials = queueDenials(queueUrl, args.posture, exemptOf(args.inventory));
  const policy = narrowed(formerText(args, policyName), denials);
  const make = (text: string, options: pulumi.CustomResourceOptions): pulumi.Resource =>
    new aws.sqs.QueuePolicy(policyName, { queueUrl, policy: text }, options);
  const policies = policed(parent, queue, policyName, policy, args, make);
  return {
    resources: [queue, ...policies],
    removed: [],
    expectations: [{ target, expect: {} }, expected({ kind: 'queue-policy', queue: name }, policy)],
  };
}

/** The credential of a peer in Secrets Manager: cut, nobody but runner and break-glass reads its value; we never do. */
export function peerSecret(parent: pulumi.Resource, name: string | undefined, args: Args): Adopted {
  if (name === undefined) return nothing;
  const target = { kind: 'secret', name } as const;
  const policyName = `secret-policy:${name}`;
  if (args.posture.integrations === 'removed') return gone(target, [`secret:${name}`, policyName]);
  const captured = formerOf(args.former, `secret:${name}`);
  const inputs = secretInputs(captured.inputs);
  const secret = new aws.secretsmanager.Secret(`secret:${name}`, inputs, adoption(parent, captured));
  const secretArn = captured.importId ?? '';
  const denials = secretDenials(args.posture, exemptOf(args.inventory));
  const policy = narrowed(formerText(args, policyName), denials);
  const make = (text: string, options: pulumi.CustomResourceOptions): pulumi.Resource =>
    new aws.secretsmanager.SecretPolicy(policyName, { secretArn, policy: text }, options);
  const policies = policed(parent, secret, policyName, policy, args, make);
  return {
    resources: [secret, ...policies],
    removed: [],
    expectations: [{ target, expect: {} }, expected({ kind: 'secret-policy', secret: name }, policy)],
  };
}

function formerText({ former }: Args, policyName: string): string | undefined {
  return former.resources[policyName]?.inputs.policy as string | undefined;
}

/** Without a policy before the teardown there is none until the first narrowing; the narrowing goes with what it narrows. */
function policed(
  parent: pulumi.Resource,
  carrier: pulumi.Resource,
  name: string,
  policy: Policy | undefined,
  { former }: Args,
  make: (text: string, options: pulumi.CustomResourceOptions) => pulumi.Resource,
): readonly pulumi.Resource[] {
  if (policy === undefined) return [];
  const captured = former.resources[name];
  const options = captured ? adoption(parent, captured) : { parent };
  return [make(JSON.stringify(policy), { ...options, dependsOn: carrier, deletedWith: carrier })];
}

function expected(target: LiveTarget, policy: Policy | undefined): Expectation {
  return { target, expect: policy ? { policy: policy as unknown as Observed } : 'absent' };
}

function gone(target: LiveTarget, removed: readonly string[]): Adopted {
  return { resources: [], removed, expectations: [{ target, expect: 'absent' }] };
}

/**
 * What is in the queue is neither taken nor thrown away. `url` ends in account and name; the region is none of the URL's in every
 * partition, and a queue has no policy but its own.
 */
export function queueDenials(url: string, { integrations }: Posture, exempt: Exempt): readonly unknown[] {
  if (integrations === 'connected') return [];
  const partition = exempt[0].split(':')[1] ?? '';
  const [account = '', name = ''] = url.split('/').slice(-2);
  const actions = ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:PurgeQueue'];
  return [denial('TeardownDenyQueue', actions, [`arn:${partition}:sqs:*:${account}:${name}`], exempt)];
}

export function secretDenials({ integrations }: Posture, exempt: Exempt): readonly unknown[] {
  if (integrations === 'connected') return [];
  return [denial('TeardownDenySecret', ['secretsmanager:GetSecretValue'], ['*'], exempt)];
}

/** A delete takes its recovery window from state, where an import leaves it empty: then it would be at once and for ever. */
export function secretInputs(former: Readonly<Record<string, unknown>>): aws.secretsmanager.SecretArgs {
  return { ...former, recoveryWindowInDays: 30 };
}
