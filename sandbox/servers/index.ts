/**
 * sandbox/servers: the live systems a sandbox runs, each a process of its own on a free loopback port, recorded so
 * that only what was started here is ever ended.
 */
export { startIdentity } from './identity.ts';
export { startMoto } from './moto.ts';
export { clustersOf, removeCluster, startPostgresql } from './postgresql.ts';
export { launch, readRecords, stopAll, untilLeft, untilReady, type ProcessRecord } from './processes.ts';
export {
  isRunning,
  type Recognised,
  type RunningProcess,
  startedBy,
  startOf,
  workingIn,
} from '../running.ts';
