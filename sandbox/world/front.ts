import {
  type APIGatewayClient,
  GetApiKeyCommand,
  GetResourcesCommand,
  GetStageCommand,
  GetUsagePlanKeysCommand,
  GetUsagePlansCommand,
} from '@aws-sdk/client-api-gateway';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { within } from '../../diagnostics/index.ts';
import type { Environment } from '../slice/environment.ts';
import { withGateway } from './gateway.ts';

interface Statement {
  readonly Effect: string;
  readonly Resource: string | readonly string[];
}

/** What a deployment had published, as `sandbox/servers/aws.py` keeps it. */
interface Published {
  readonly policy: { readonly Statement: readonly Statement[] } | null;
  readonly responses: Readonly<
    Record<string, { readonly statusCode?: string; readonly responseTemplates?: Record<string, string> }>
  >;
  readonly disableExecuteApiEndpoint: boolean;
}

export interface Front {
  /** As through a domain of its own; with a Host that starts `<api>.execute-api.` as through the default one. */
  readonly url: string;
  close(): Promise<void>;
}

interface Address {
  readonly environment: Environment;
  readonly api: string;
  readonly stage: string;
  /** Where allowed calls go. Default: the front answers 200 itself. */
  readonly upstream?: string;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** AWS's own status of each refusal. */
const defaults: Readonly<Record<string, number>> = {
  MISSING_AUTHENTICATION_TOKEN: 403,
  ACCESS_DENIED: 403,
  INVALID_API_KEY: 403,
  THROTTLED: 429,
};

/**
 * Answers as API Gateway would for one stage, by what the simulator holds at the moment of each call: methods, policy and gateway
 * responses of the deployed snapshot, API keys, throttle 0, the default host. Forwards what is allowed.
 */
export async function startFront(address: Address): Promise<Front> {
  const server = createServer((request, response) => {
    answer(address, request)
      .catch((error: unknown) => ({ status: 500, body: String(error) }))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => closed(server) };
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) =>
    server.close(() => {
      resolve();
    }),
  );
}

async function answer(address: Address, request: IncomingMessage): Promise<Answer> {
  return withGateway(address, async (client) => {
    const stage = await client
      .send(new GetStageCommand({ restApiId: address.api, stageName: address.stage }))
      .catch((error: unknown) => {
        if ((error as Error).name === 'NotFoundException') return undefined;
        throw error;
      });
    if (stage === undefined) return { status: 404, body: '{"message":"no such API"}' };
    const published = await publishedBy(address, stage.deploymentId ?? '');
    const defaultHost = request.headers.host?.startsWith(`${address.api}.execute-api.`) === true;
    if (published.disableExecuteApiEndpoint && defaultHost)
      return { status: 403, body: '{"message":"Forbidden"}' };
    const throttle = stage.methodSettings?.['*/*']?.throttlingRateLimit;
    const refusal = await refusalOf(client, address, request, published, throttle === 0);
    return refusal === undefined ? forward(address, request) : mapped(published, refusal);
  });
}

async function publishedBy({ environment, api }: Address, deployment: string): Promise<Published> {
  const url = `${environment.AWS_ENDPOINT_URL}/sandbox/deployments/${api}/${deployment}`;
  const found = await within('10 seconds', 'reading what is deployed', fetch(url));
  if (!found.ok) throw new Error(`deployment ${deployment} is not there`);
  return (await found.json()) as Published;
}

/** In the order of AWS: method, policy, API key, throttle. */
async function refusalOf(
  client: APIGatewayClient,
  { api, stage }: Address,
  { method = '', url = '', headers }: IncomingMessage,
  { policy }: Published,
  throttled: boolean,
): Promise<string | undefined> {
  const path = url.replace(/\?.*$/, '');
  const { items = [] } = await client.send(new GetResourcesCommand({ restApiId: api, embed: ['methods'] }));
  const found = items.find((each) => each.path === path)?.resourceMethods?.[method];
  if (found === undefined) return 'MISSING_AUTHENTICATION_TOKEN';
  if (!isAllowed(policy, `${api}/${stage}/${method}${path}`)) return 'ACCESS_DENIED';
  if (found.apiKeyRequired === true && !(await hasKey(client, api, stage, headers['x-api-key'])))
    return 'INVALID_API_KEY';
  return throttled ? 'THROTTLED' : undefined;
}

/** A deny wins; a policy without an allow that fits denies. `called` follows the account in the ARN of the method. */
export function isAllowed(policy: Published['policy'], called: string): boolean {
  if (policy === null) return true;
  const effects = policy.Statement.filter(({ Resource }) =>
    [Resource].flat().some((pattern) => {
      const parts = pattern.replace(/^arn:[^:]*:execute-api:[^:]*:[^:]*:/, '').split('*');
      const escaped = parts.map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
      return new RegExp(`^${escaped.join('.*')}$`).test(called);
    }),
  ).map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

async function hasKey(
  client: APIGatewayClient,
  apiId: string,
  stage: string,
  value: unknown,
): Promise<boolean> {
  const { items: plans = [] } = await client.send(new GetUsagePlansCommand({ limit: 500 }));
  const ours = plans.filter((plan) =>
    plan.apiStages?.some((each) => each.apiId === apiId && each.stage === stage),
  );
  for (const { id: usagePlanId } of ours) {
    const { items = [] } = await client.send(new GetUsagePlanKeysCommand({ usagePlanId }));
    const key = items.find((each) => each.value === value);
    if (key === undefined) continue;
    return (await client.send(new GetApiKeyCommand({ apiKey: key.id }))).enabled === true;
  }
  return false;
}

function mapped({ responses }: Published, refusal: string): Answer {
  const response = responses[refusal];
  const status = Number(response?.statusCode ?? defaults[refusal]);
  return {
    status,
    body: response?.responseTemplates?.['application/json'] ?? JSON.stringify({ message: refusal }),
  };
}

async function forward({ upstream }: Address, request: IncomingMessage): Promise<Answer> {
  if (upstream === undefined) return { status: 200, body: '{"answered":"upstream"}' };
  const { method = '', url = '', headers } = request;
  const passedOn = ['authorization', 'content-type'].flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const body = await within('10 seconds', 'the body of a call', text(request));
  const call = fetch(`${upstream}${url}`, {
    method,
    headers: Object.fromEntries(passedOn),
    ...(body === '' ? {} : { body }),
  });
  const response = await within('10 seconds', 'the upstream', call);
  return { status: response.status, body: await response.text() };
}
