import type { Json } from '../diagnostics/index.ts';
import type { AccessCuts } from './access.ts';

/**
 * One thing in a live system, named as its API names it. `credentials` is a reference (`env:NAME`), never a value;
 * AWS and Auth0 take theirs from the vendor's own environment variables.
 */
export type LiveTarget =
  | { readonly kind: 'rds-instance'; readonly id: string }
  | { readonly kind: 'rds-snapshot'; readonly id: string }
  | { readonly kind: 'bucket'; readonly name: string }
  | { readonly kind: 'bucket-policy'; readonly bucket: string }
  /** The CRM's part of a shared bucket, and what the teardown denies there. */
  | { readonly kind: 'bucket-prefix'; readonly bucket: string; readonly prefix: string }
  | { readonly kind: 'bucket-denials'; readonly bucket: string; readonly prefix: string }
  | { readonly kind: 'database'; readonly credentials: string; readonly name: string }
  | { readonly kind: 'database-role'; readonly credentials: string; readonly name: string }
  | {
      readonly kind: 'schema-grant';
      readonly credentials: string;
      readonly database: string;
      readonly schema: string;
      readonly role: string;
    }
  /** What the cuts should have taken from a database and did not; `spared` are the logins that no cut is for. */
  | {
      readonly kind: 'database-access';
      readonly credentials: string;
      readonly name: string;
      readonly cuts: AccessCuts;
      readonly spared: readonly string[];
    }
  | { readonly kind: 'ecs-service'; readonly cluster: string; readonly service: string }
  | { readonly kind: 'scaling-target'; readonly cluster: string; readonly service: string }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'event-source-mapping'; readonly id: string }
  | { readonly kind: 'event-rule'; readonly name: string }
  | { readonly kind: 'event-target'; readonly rule: string; readonly id: string }
  | { readonly kind: 'schedule'; readonly name: string }
  | { readonly kind: 'queue'; readonly name: string }
  | { readonly kind: 'queue-policy'; readonly queue: string }
  | { readonly kind: 'secret'; readonly name: string }
  | { readonly kind: 'secret-policy'; readonly secret: string }
  | { readonly kind: 'rest-api'; readonly id: string }
  | { readonly kind: 'rest-api-policy'; readonly api: string }
  | { readonly kind: 'rest-api-stage'; readonly api: string; readonly stage: string }
  | { readonly kind: 'gateway-response'; readonly api: string; readonly type: string }
  | { readonly kind: 'api-key'; readonly id: string }
  | { readonly kind: 'usage-plan'; readonly id: string }
  | { readonly kind: 'iam-role'; readonly name: string }
  | { readonly kind: 'iam-user'; readonly name: string }
  | { readonly kind: 'iam-policy'; readonly name: string }
  | { readonly kind: 'iam-role-policy'; readonly role: string; readonly name: string }
  | { readonly kind: 'iam-user-policy'; readonly user: string; readonly name: string }
  | { readonly kind: 'auth0-client'; readonly id: string }
  | { readonly kind: 'auth0-connection'; readonly id: string }
  /** Which of these clients may log in through the connection: others may come and go. */
  | {
      readonly kind: 'auth0-enabled-clients';
      readonly connection: string;
      readonly clients: readonly string[];
    }
  | { readonly kind: 'auth0-action'; readonly name: string }
  /** One action in the list of a trigger; absent: it is not bound. */
  | { readonly kind: 'auth0-binding'; readonly trigger: 'post-login'; readonly action: string }
  | { readonly kind: 'auth0-api'; readonly id: string }
  | { readonly kind: 'auth0-client-grant'; readonly id: string }
  | { readonly kind: 'auth0-role'; readonly id: string };

/** What a live system says of a target, property by property. */
export type Observed = Readonly<Record<string, Json>>;

/** Must hold from outside for a step to count as reached: these properties as observed, or the target absent. */
export interface Expectation {
  readonly target: LiveTarget;
  readonly expect: Observed | 'absent';
}

/**
 * Something that the teardown makes under a name that only one thing can have. If it is there as expected, a run that was killed
 * has made it and the engine does not know: it is taken over. `name` is the logical name of its resource.
 */
export interface Creation {
  readonly name: string;
  readonly target: LiveTarget;
  readonly expect: Observed;
}

/** The text of a resource policy of `api` with its own ARNs in their short form, `execute-api:/stage/method/path`. */
export function shortArns(policy: string, api: string): string {
  return policy.replace(
    new RegExp(`arn:[a-z-]+:execute-api:[a-z0-9-]*:[0-9]*:${api}(?=[/"])`, 'g'),
    'execute-api:',
  );
}

/** What the statements are called that the teardown adds to a bucket's policy. */
export const bucketDenials = { writes: 'TeardownDenyWrites', reads: 'TeardownDenyReads' } as const;
