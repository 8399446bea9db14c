import { canonical, type Json } from '../diagnostics/index.ts';
import { found, type Findings, merge, missing } from './findings.ts';
import type { LiveCrm } from './live.ts';
import { filled, ownTags, settled, unkept } from './settings.ts';

/** A queue and its policy; a queue without one is entered as such, so that it has none again on the way back. */
export async function captureQueue(name: string, live: LiveCrm): Promise<Findings> {
  const facts = await live.queue(name);
  if (facts === undefined) return missing(`queue ${name}`, 'in this account and region');
  const { url, attributes, tags } = facts;
  const number = (value: string | undefined) => (value === undefined ? undefined : Number(value));
  const inputs = settled({
    name,
    delaySeconds: number(attributes.DelaySeconds),
    maxMessageSize: number(attributes.MaximumMessageSize),
    messageRetentionSeconds: number(attributes.MessageRetentionPeriod),
    receiveWaitTimeSeconds: number(attributes.ReceiveMessageWaitTimeSeconds),
    visibilityTimeoutSeconds: number(attributes.VisibilityTimeout),
    redrivePolicy: filled(attributes.RedrivePolicy),
    tags: ownTags(tags),
  });
  const type = 'aws:sqs/queue:Queue';
  const policy = attributes.Policy === undefined ? undefined : (JSON.parse(attributes.Policy) as Json);
  return merge([
    unkept(`queue ${name}`, attributes, keptOfQueue),
    found({ [`queue:${name}`]: { type, importId: url, inputs } }),
    policyOf(`queue-policy:${name}`, 'aws:sqs/queuePolicy:QueuePolicy', url, { queueUrl: url }, policy),
  ]);
}

const keptOfQueue = [
  ...['DelaySeconds', 'MaximumMessageSize', 'MessageRetentionPeriod', 'ReceiveMessageWaitTimeSeconds'],
  ...['VisibilityTimeout', 'RedrivePolicy', 'Policy', 'QueueArn', 'SqsManagedSseEnabled'],
  ...['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesDelayed'],
  ...['ApproximateNumberOfMessagesNotVisible', 'CreatedTimestamp', 'LastModifiedTimestamp'],
];

/** A secret and its policy, never its value. */
export async function captureSecret(name: string, live: LiveCrm): Promise<Findings> {
  const facts = await live.secret(name);
  if (facts === undefined) return missing(`secret ${name}`, 'in this account and region');
  const { ARN: arn = '', Description, KmsKeyId, Tags = [] } = facts;
  const tags = Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  const inputs = settled({
    name,
    description: filled(Description),
    kmsKeyId: filled(KmsKeyId),
    tags: ownTags(tags),
  });
  const policy = (await live.observe({ kind: 'secret-policy', secret: name }))?.policy;
  const type = 'aws:secretsmanager/secret:Secret';
  const policyType = 'aws:secretsmanager/secretPolicy:SecretPolicy';
  return merge([
    unkept(`secret ${name}`, facts, keptOfSecret),
    found({ [`secret:${name}`]: { type, importId: arn, inputs } }),
    policyOf(`secret-policy:${name}`, policyType, arn, { secretArn: arn }, policy),
  ]);
}

/** A rotation goes on by itself and is no setting of the secret. */
const keptOfSecret = [
  ...['ARN', 'Name', 'Description', 'KmsKeyId', 'Tags', 'VersionIdsToStages', '$metadata'],
  ...['CreatedDate', 'LastAccessedDate', 'LastChangedDate', 'LastRotatedDate', 'NextRotationDate'],
];

function policyOf(
  logicalName: string,
  type: string,
  importId: string,
  place: Readonly<Record<string, Json>>,
  policy: Json | undefined,
): Findings {
  if (policy === undefined) return { resources: {}, absent: [logicalName], problems: [] };
  return found({ [logicalName]: { type, importId, inputs: { ...place, policy: canonical(policy) } } });
}
