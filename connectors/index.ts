/**
 * connectors: narrow clients of the live systems. They look, release the lock a cloud keeps on a thing, and make the few
 * changes that no vendor's provider can make safely: `changeDatabase`, `writeTrigger`, `writeBucketDenials`,
 * `createDeployment` and `deleteDeployment`. Nothing else. Credentials are references; an absent thing is `undefined`, and
 * a system that cannot be asked is an error, never an absence. Imports only the words of lifecycle.
 */
export { observe, release } from './live.ts';
export { changeDatabase, withDatabase, type Database } from './postgresql.ts';
export {
  readDatabase,
  readGrants,
  readRole,
  type DatabaseFacts,
  type GrantFacts,
  type RoleFacts,
} from './postgresql-facts.ts';
export { describeContainerService } from './ecs.ts';
export { describeRule, describeSchedule } from './events.ts';
export { describeFunction } from './lambda.ts';
export { programNames } from './program-names.ts';
export { describeSecret } from './secrets.ts';
export { writeBucketDenials } from './s3-prefix.ts';
export { describeQueue } from './sqs.ts';
export { createDeployment, deleteDeployment, findDeployments } from './gateway-deployments.ts';
export { findRestApis, readGateway, type GatewayFacts, type PlanFacts } from './api-gateway.ts';
export { readPowers, type ServerPower } from './postgresql-powers.ts';
export { readLeft, type Left } from './postgresql-left.ts';
export {
  readAccess,
  withoutNeighbours,
  type AccessObject,
  type AccessPicture,
  type Membership,
  type Right,
  type RolePower,
} from './postgresql-access.ts';
export { describeInstance } from './rds.ts';
export { readIamRole, readIamUser, type IamRole, type IamUser } from './iam.ts';
export { resolveCredentials } from './credentials.ts';
export {
  auth0ClientInputs,
  auth0ConnectionClientsInputs,
  auth0ConnectionInputs,
  clientIdOf,
  findConnectionByName,
  listClients,
  readAuth0Client,
  readAuth0Connection,
  type Auth0Client,
  type Auth0Connection,
} from './auth0-facts.ts';
export {
  findAction,
  findApiByIdentifier,
  findRoleByName,
  listClientGrants,
  readTrigger,
  writeTrigger,
  type Auth0Api,
  type Auth0ClientGrant,
  type Auth0Permission,
  type Auth0Role,
} from './auth0-policy.ts';
