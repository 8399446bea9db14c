import { found, type Findings, merge, missing } from './findings.ts';
import type { LiveCrm } from './live.ts';
import { filled, ownTags, settled, unkept } from './settings.ts';

type Facts = NonNullable<Awaited<ReturnType<LiveCrm['function']>>>;
type Mapping = Facts['mappings'][number];

/** A function, without its code and never its environment, and everything that feeds it. */
export async function captureFunction(name: string, live: LiveCrm): Promise<Findings> {
  const facts = await live.function(name);
  if (facts === undefined) return missing(`function ${name}`, 'in this account and region');
  const { configuration, reservedConcurrency: reservedConcurrentExecutions, tags } = facts;
  const { Description, Handler, Layers = [], MemorySize, Role, Runtime, Timeout } = configuration;
  const inputs = settled({
    name,
    role: Role,
    runtime: Runtime,
    handler: Handler,
    description: filled(Description),
    timeout: Timeout,
    memorySize: MemorySize,
    layers: filled(Layers.map(({ Arn }) => Arn)),
    reservedConcurrentExecutions,
    tags: ownTags(tags),
  });
  const type = 'aws:lambda/function:Function';
  return merge([
    unkept(`function ${name}`, { ...configuration, ...untold(configuration) }, keptOfFunction),
    found({ [`function:${name}`]: { type, importId: name, inputs } }),
    ...facts.mappings.map((mapping) => captureMapping(name, mapping)),
  ]);
}

/** What a program gives, and what the provider leaves as it is. */
const keptOfFunction = [
  ...['FunctionName', 'Role', 'Runtime', 'Handler', 'Description', 'Timeout', 'MemorySize', 'Layers'],
  ...['Architectures', 'EphemeralStorage', 'LoggingConfig', 'TracingConfig', 'RuntimeVersionConfig'],
  ...['CodeSha256', 'CodeSize', 'ConfigSha256', 'FunctionArn', 'LastModified', 'RevisionId', 'Version'],
  ...['LastUpdateStatus', 'LastUpdateStatusReason', 'LastUpdateStatusReasonCode'],
  ...['State', 'StateReason', 'StateReasonCode'],
];

/** Settings that say nothing by their usual value. */
function untold({ PackageType, SnapStart }: Facts['configuration']): Partial<Facts['configuration']> {
  return {
    ...(PackageType === 'Zip' ? { PackageType: undefined } : {}),
    ...(SnapStart?.ApplyOn === 'None' ? { SnapStart: undefined } : {}),
  };
}

function captureMapping(functionName: string, mapping: Mapping): Findings {
  const { UUID: id = '', BatchSize, EventSourceArn, FunctionArn, FunctionResponseTypes } = mapping;
  const inputs = settled({
    functionName: FunctionArn,
    eventSourceArn: EventSourceArn,
    enabled: mapping.State === 'Enabled' || mapping.State === 'Enabling',
    batchSize: BatchSize,
    maximumBatchingWindowInSeconds: filled(mapping.MaximumBatchingWindowInSeconds),
    functionResponseTypes: filled(FunctionResponseTypes),
  });
  const type = 'aws:lambda/eventSourceMapping:EventSourceMapping';
  return merge([
    unkept(`event source mapping ${id} of function ${functionName}`, mapping, keptOfMapping),
    found({ [`event-source-mapping:${functionName}/${id}`]: { type, importId: id, inputs } }),
  ]);
}

const keptOfMapping = [
  ...['UUID', 'BatchSize', 'EventSourceArn', 'FunctionArn', 'FunctionResponseTypes', 'State'],
  ...['MaximumBatchingWindowInSeconds', 'EventSourceMappingArn', 'LastModified', 'LastProcessingResult'],
  'StateTransitionReason',
];
