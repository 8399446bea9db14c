/**
 * provider: the plugin `teardown`. The protocol is in protocol.ts and envelopes.ts; each resource is a handler of plain
 * functions over a typed input, tested without the engine. main.ts starts the plugin.
 */
export { bucketDenials } from './bucket-denials.ts';
export { gatewayDeployment } from './gateway-deployment.ts';
export { databaseAccess } from './database-access.ts';
export { deletionGuard } from './deletion-guard.ts';
export { gate } from './gate.ts';
export { made } from './made.ts';
export * from './protocol.ts';
export { triggerBinding } from './trigger-binding.ts';
export { verification } from './verification.ts';
export { judgeMove } from './witness.ts';
