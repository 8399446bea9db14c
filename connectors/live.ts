import type { LiveTarget, Observed } from '../lifecycle/index.ts';
import { atMost } from './at-most.ts';
import { observeAuth0Client, observeAuth0Connection } from './auth0-facts.ts';
import { observeContainerService, observeScalingTarget } from './ecs.ts';
import {
  observeIamPolicy,
  observeIamRole,
  observeIamRolePolicy,
  observeIamUser,
  observeIamUserPolicy,
} from './iam.ts';
import { observeRule, observeRuleTarget, observeSchedule } from './events.ts';
import { observeEventSourceMapping, observeFunction } from './lambda.ts';
import { observeSecret, observeSecretPolicy } from './secrets.ts';
import { observeQueue, observeQueuePolicy } from './sqs.ts';
import {
  observeApiKey,
  observeGatewayResponse,
  observeRestApi,
  observeRestApiPolicy,
  observeStage,
  observeUsagePlan,
} from './api-gateway.ts';
import {
  observeAuth0Action,
  observeAuth0Api,
  observeAuth0ClientGrant,
  observeAuth0EnabledClients,
  observeAuth0Role,
  observeAuth0Binding,
} from './auth0-policy.ts';
import { observedDatabase, observedRole, readDatabase, readGrants, readRole } from './postgresql-facts.ts';
import { readLeft } from './postgresql-left.ts';
import { withDatabase } from './postgresql.ts';
import { observeInstance, observeSnapshot, releaseInstance } from './rds.ts';
import { observeBucketDenials, observeBucketPrefix, releaseBucketPrefix } from './s3-prefix.ts';
import { observeBucket, observeBucketPolicy, releaseBucket } from './s3.ts';

/**
 * A verification looks at everything at once: but a server has sessions for a hundred, a tenant takes 16 calls a second and AWS
 * throttles an account, and most of that is for others.
 */
const oneOfFewSessions = atMost(8);
const oneOfFewTenantCalls = atMost(4);
const oneOfFewAwsCalls = atMost(16);

/**
 * What the live system says of a target; undefined: it is not there. Throws TeardownError (exit `unreachable`) when
 * it cannot look. Facts per kind, by exactly these names:
 * - rds-instance: deletionProtection, engine, instanceClass, allocatedStorage, username, status, arn
 * - rds-snapshot: id, status, instance
 * - bucket: versioning (`Enabled`, `Suspended`, `none`), objects (versions and delete markers, counted up to 1000)
 * - bucket-policy: policy (parsed JSON)
 * - bucket-prefix: objects (as of a bucket), denials (how many statements of the teardown are about it); absent: neither
 * - bucket-denials: statements (the teardown's own about the prefix); absent: none
 * - database: owner, allowConnections, connectionLimit, sessions (not ours), preparedTransactions, activeSlots,
 *   subscriptions
 * - database-role: login, superuser, createRole, createDatabase, inherit, replication, bypassRowLevelSecurity,
 *   connectionLimit, roles (sorted), validUntil (`infinity` if none), searchPath
 * - schema-grant: database, privileges (sorted, those held on every table), uniform, grantable, schemaUsage
 * - database-access: left (what the cuts should have taken, in words; empty: they are true)
 * - ecs-service: desiredCount, runningCount. scaling-target (of an ECS service): minCapacity, maxCapacity
 * - function: reservedConcurrency (-1: none). event-source-mapping: state (`Enabled`, `Disabled`, or between them)
 * - event-rule, schedule: state (`ENABLED`, `DISABLED`). event-target: arn
 * - queue, secret: arn (a secret that is scheduled for deletion is not there). queue-policy, secret-policy: policy (parsed JSON)
 * - rest-api: name, disableExecuteApiEndpoint
 * - rest-api-policy: policy (parsed JSON with the API's own ARNs in their short form)
 * - rest-api-stage: deployment (id), published (description of that deployment), throttlingBurstLimit and
 *   throttlingRateLimit of all its methods together (null: not set)
 * - gateway-response: statusCode, templates; absent: the default of AWS
 * - api-key: enabled. usage-plan: name
 * - iam-role: arn, boundary (ARN) and boundaryPolicy (parsed JSON of its default version), both null if there is none
 * - iam-user: as iam-role, and accessKeys (status by id)
 * - iam-policy (managed, of the account's own): id (its ARN), policy (parsed JSON of its default version)
 * - iam-role-policy, iam-user-policy (inline): policy (parsed JSON)
 * - auth0-client: name, appType, grantTypes, callbacks
 * - auth0-connection: name, strategy, disableSignup, enabledClients (sorted ids)
 * - auth0-enabled-clients: enabledClients (sorted ids, of those asked for)
 * - auth0-action: id, trigger, deployed (the newest code runs), code
 * - auth0-binding: bound (true; an action that is not bound is absent)
 * - auth0-api: identifier, name
 * - auth0-client-grant: clientId, audience, scopes (sorted)
 * - auth0-role: name, permissions (sorted, `API scope`)
 */
export async function observe(target: LiveTarget): Promise<Observed | undefined> {
  const turn = turnOf(target.kind);
  return turn(() => observeNow(target));
}

function turnOf(kind: LiveTarget['kind']): ReturnType<typeof atMost> {
  if (kind.startsWith('auth0-')) return oneOfFewTenantCalls;
  return databaseKinds.has(kind) ? oneOfFewSessions : oneOfFewAwsCalls;
}

const databaseKinds: ReadonlySet<LiveTarget['kind']> = new Set([
  'database',
  'database-role',
  'schema-grant',
  'database-access',
]);

async function observeNow(target: LiveTarget): Promise<Observed | undefined> {
  switch (target.kind) {
    case 'rds-instance':
      return observeInstance(target.id);
    case 'rds-snapshot':
      return observeSnapshot(target.id);
    case 'bucket':
      return observeBucket(target.name);
    case 'bucket-policy':
      return observeBucketPolicy(target.bucket);
    case 'bucket-denials':
      return observeBucketDenials(target);
    case 'bucket-prefix':
      return observeBucketPrefix(target);
    case 'database': {
      const { credentials, name } = target;
      const facts = await withDatabase(credentials, undefined, (session) => readDatabase(session, name));
      return facts && observedDatabase(facts);
    }
    case 'database-role': {
      const { credentials, name } = target;
      const facts = await withDatabase(credentials, undefined, (session) => readRole(session, name));
      return facts && observedRole(facts);
    }
    case 'schema-grant': {
      const { credentials, database, schema, role } = target;
      const facts = await withDatabase(credentials, database, (session) => readGrants(session, schema, role));
      return facts && { database, ...facts };
    }
    case 'database-access': {
      const { credentials, name } = target;
      const left = await withDatabase(credentials, name, (session) => readLeft(session, target));
      return left && { left: left.map(({ says }) => says) };
    }
    case 'ecs-service':
      return observeContainerService(target.cluster, target.service);
    case 'scaling-target':
      return observeScalingTarget(target.cluster, target.service);
    case 'function':
      return observeFunction(target.name);
    case 'event-source-mapping':
      return observeEventSourceMapping(target.id);
    case 'event-rule':
      return observeRule(target.name);
    case 'event-target':
      return observeRuleTarget(target.rule, target.id);
    case 'schedule':
      return observeSchedule(target.name);
    case 'queue':
      return observeQueue(target.name);
    case 'queue-policy':
      return observeQueuePolicy(target.queue);
    case 'secret':
      return observeSecret(target.name);
    case 'secret-policy':
      return observeSecretPolicy(target.secret);
    case 'rest-api':
      return observeRestApi(target.id);
    case 'rest-api-policy':
      return observeRestApiPolicy(target.api);
    case 'rest-api-stage':
      return observeStage(target.api, target.stage);
    case 'gateway-response':
      return observeGatewayResponse(target.api, target.type);
    case 'api-key':
      return observeApiKey(target.id);
    case 'usage-plan':
      return observeUsagePlan(target.id);
    case 'iam-role':
      return observeIamRole(target.name);
    case 'iam-user':
      return observeIamUser(target.name);
    case 'iam-policy':
      return observeIamPolicy(target.name);
    case 'iam-role-policy':
      return observeIamRolePolicy(target.role, target.name);
    case 'iam-user-policy':
      return observeIamUserPolicy(target.user, target.name);
    case 'auth0-client':
      return observeAuth0Client(target.id);
    case 'auth0-connection':
      return observeAuth0Connection(target.id);
    case 'auth0-enabled-clients':
      return observeAuth0EnabledClients(target.connection, target.clients);
    case 'auth0-action':
      return observeAuth0Action(target.name);
    case 'auth0-binding':
      return observeAuth0Binding(target.trigger, target.action);
    case 'auth0-api':
      return observeAuth0Api(target.id);
    case 'auth0-client-grant':
      return observeAuth0ClientGrant(target.id);
    case 'auth0-role':
      return observeAuth0Role(target.id);
  }
}

/**
 * Lifts what the cloud itself holds against a delete: deletion protection of an instance, the objects of a bucket
 * or of its prefix, with the prefix also what the teardown denied there. Nothing for the other kinds. Can be run again after a crash; an absent target is released already.
 */
export async function release(target: LiveTarget): Promise<void> {
  if (target.kind === 'rds-instance') await releaseInstance(target.id);
  if (target.kind === 'bucket') await releaseBucket(target.name);
  if (target.kind === 'bucket-prefix') await releaseBucketPrefix(target);
}
