import type { Entry } from './transition.ts';
import type { Step } from './steps.ts';

/** What a step may delete, and what it may make. */
export interface Contract {
  /** Names of components whose resources this step deletes. */
  readonly removes: readonly string[];
  /**
   * Type tokens of live resources this step may create, such as a deny policy or a snapshot. No rule of the product reads it: the
   * tests take it for the list of types whose create must stand being killed.
   */
  readonly creates: readonly string[];
}

/** What the teardown may create to close something; a move back takes it away again. */
const narrowing = [
  'aws:apigateway/response:Response',
  'aws:apigateway/restApiPolicy:RestApiPolicy',
  'aws:iam/policy:Policy',
  'aws:iam/rolePolicy:RolePolicy',
  'aws:iam/userPolicy:UserPolicy',
  'aws:s3/bucketPolicy:BucketPolicy',
  'aws:secretsmanager/secretPolicy:SecretPolicy',
  'aws:sqs/queuePolicy:QueuePolicy',
  'auth0:index/action:Action',
  'teardown:index:GatewayDeployment',
];
const archives = ['aws:rds/snapshot:Snapshot'];
const nothing: Contract = { removes: [], creates: [] };
const closing: Contract = { removes: [], creates: narrowing };

/** Rule 4 and R70 to R75: deletes happen in `destroyed` only, each wave its own kind of thing. */
export const contracts: Readonly<Record<Step, Contract>> = {
  active: nothing,
  'read-only': closing,
  'revoked/accounts': closing,
  'revoked/sensitive': closing,
  'revoked/modules': closing,
  'revoked/interfaces': closing,
  'revoked/integrations': closing,
  'revoked/services': closing,
  'revoked/admins': closing,
  snapshotted: { removes: [], creates: archives },
  'destroyed/services': { removes: ['ApplicationService'], creates: [] },
  'destroyed/interfaces': {
    removes: ['ApiGrants', 'Integration', 'ClientInterface', 'ApiGateway'],
    creates: [],
  },
  'destroyed/identities': {
    removes: [
      'CustomerIdentity',
      'IdentityApi',
      'IdentityRole',
      'LoginDenial',
      'DatabasePopulation',
      'OperatorAccess',
      'OperatorDenial',
    ],
    creates: [],
  },
  'destroyed/data': { removes: ['CustomerDatabase', 'ObjectStore', 'ObjectPrefix'], creates: [] },
};

/** Resources that no update may ever delete: what the teardown's own memory and proof consist of. */
const neverDeleted = ['teardown:index:Gate', 'teardown:index:Verification'];

/**
 * May an update delete this resource? `covered` are the steps it moves into (a step and the waves merged into it), `entry` the
 * way it went there. `component` is the name of the parent component, `type` the resource's type token.
 * On the way back only what the teardown itself made may go: narrowing resources, and archives, which the engine retains
 * (`retainOnDelete`): they leave the stack and stay in the account.
 */
export function mayDelete(
  covered: readonly Step[],
  entry: Entry,
  component: string | undefined,
  type: string,
): boolean {
  if (neverDeleted.includes(type)) return false;
  if (entry === 'back') return [...narrowing, ...archives].includes(type);
  return component !== undefined && covered.some((step) => contracts[step].removes.includes(component));
}
