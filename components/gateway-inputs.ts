import type { Posture } from '../lifecycle/index.ts';

type Interfaces = Posture['interfaces'];

/** The gateway responses with which AWS refuses what a closed interface refuses. */
export const refusals = [
  'ACCESS_DENIED',
  'INVALID_API_KEY',
  'MISSING_AUTHENTICATION_TOKEN',
  'THROTTLED',
] as const;

const isGone = (interfaces: Interfaces): boolean => interfaces === 'gone' || interfaces === 'removed';

/** The narrowings that a posture has behind it, in order. */
export function narrowingsOf({ interfaces }: Pick<Posture, 'interfaces'>): readonly string[] {
  if (interfaces === 'open') return [];
  return interfaces === 'read-only' ? ['read-only'] : ['read-only', 'gone'];
}

export function restApiInputs<T extends { readonly disableExecuteApiEndpoint: boolean }>(
  former: T,
  { interfaces }: Pick<Posture, 'interfaces'>,
): T {
  return { ...former, disableExecuteApiEndpoint: isGone(interfaces) || former.disableExecuteApiEndpoint };
}

export function keyInputs<T extends { readonly enabled: boolean }>(
  former: T,
  { interfaces }: Pick<Posture, 'interfaces'>,
): T {
  return { ...former, enabled: former.enabled && !isGone(interfaces) };
}

export interface SettingsInputs {
  readonly restApi: string;
  readonly stageName: string;
  readonly methodPath: string;
  readonly settings: {
    readonly throttlingBurstLimit?: number;
    readonly throttlingRateLimit?: number;
  };
}

/** A throttle of 0 refuses every call, at once and without a deployment. */
export function settingsInputs(
  former: SettingsInputs,
  { interfaces }: Pick<Posture, 'interfaces'>,
): SettingsInputs {
  if (!isGone(interfaces)) return former;
  const settings = { ...former.settings, throttlingBurstLimit: 0, throttlingRateLimit: 0 };
  return { ...former, settings };
}

export interface ResponseInputs {
  readonly statusCode?: string;
  readonly responseTemplates?: Readonly<Record<string, string>>;
}

/** 410 with a message and the successor's address once the interface is gone; before that as it was, undefined: AWS's default. */
export function responseInputs(
  former: ResponseInputs | undefined,
  type: string,
  { interfaces }: Pick<Posture, 'interfaces'>,
  successorUrl: string | undefined,
): ResponseInputs | undefined {
  if (!isGone(interfaces) || !(refusals as readonly string[]).includes(type)) return former;
  const body = {
    message: 'This interface has been retired.',
    ...(successorUrl === undefined ? {} : { successor: successorUrl }),
  };
  return { ...former, statusCode: '410', responseTemplates: { 'application/json': JSON.stringify(body) } };
}

/**
 * The resource policy as JSON text: former statements kept, and ours beside them; undefined if there is none. A policy without an
 * allow would deny everything, so where there was none, everybody stays allowed what the methods themselves allow.
 * `stage` is the ARN of the stage, from the API's own.
 */
export function policyText(
  former: string | undefined,
  interfaces: Interfaces,
  stage: string,
): string | undefined {
  if (interfaces === 'open') return former;
  const statement = (sid: string, effect: string, resources: string | readonly string[]): unknown => ({
    Sid: sid,
    Effect: effect,
    Principal: '*',
    Action: 'execute-api:Invoke',
    Resource: resources,
  });
  const before = former === undefined ? undefined : (JSON.parse(former) as { readonly Statement: unknown });
  const kept = before
    ? [before.Statement].flat()
    : [statement('TeardownAllowAsBefore', 'Allow', `${stage}/*`)];
  const writing = ['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => `${stage}/${method}/*`);
  const ours = isGone(interfaces)
    ? statement('TeardownDenyAll', 'Deny', `${stage}/*`)
    : statement('TeardownDenyWrites', 'Deny', writing);
  return JSON.stringify({ Version: '2012-10-17', ...before, Statement: [...kept, ours] });
}
