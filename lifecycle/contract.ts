import { type Entry } from './transition.ts';
import { type Step } from './steps.ts';

/** What the diff of a step may contain. `removes` names components whose children may be deleted by it. */
export interface Contract {
  /** Names of components (DESIGN section 5) whose resources this step deletes. */
  readonly removes: readonly string[];
  /** Type tokens of live resources this step creates, such as a deny policy or a snapshot. */
  readonly creates: readonly string[];
}

const narrowing = ['aws:s3/bucketPolicy:BucketPolicy'];
const archives = ['aws:rds/snapshot:Snapshot'];
const nothing: Contract = { removes: [], creates: [] };

/** Rule 4 and R70 to R75: deletes happen in `destroyed` only, each wave its own kind of thing. */
export const contracts: Readonly<Record<Step, Contract>> = {
  active: nothing,
  'read-only': { removes: [], creates: narrowing },
  'revoked/accounts': nothing,
  'revoked/sensitive': nothing,
  'revoked/modules': nothing,
  'revoked/interfaces': nothing,
  'revoked/integrations': nothing,
  'revoked/services': nothing,
  'revoked/admins': nothing,
  snapshotted: { removes: [], creates: archives },
  'destroyed/services': { removes: ['ApplicationService'], creates: [] },
  'destroyed/interfaces': { removes: ['Integration', 'ClientInterface'], creates: [] },
  'destroyed/identities': { removes: ['CustomerIdentity', 'OperatorAccess'], creates: [] },
  'destroyed/data': { removes: ['CustomerDatabase', 'ObjectStore'], creates: [] },
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
