/**
 * sdk: our own resources as a program sees them, and what keeps a program from deleting by accident: the run with its
 * guard against an early end, the hook `keep`, the roll-call, and the one typed wrapper that awaits an output. Also what keeps
 * it from making a thing twice (`alreadyMade`).
 */
export { known } from './known.ts';
export { Config } from './pulumi.ts';
export { alreadyMade, type Made } from './made.ts';
export { Run } from './run.ts';
export { passGate, type GateArgs } from './gate.ts';
export { BucketDenials, type BucketDenialsArgs } from './bucket-denials.ts';
export { TriggerBinding, type TriggerBindingArgs } from './trigger-binding.ts';
export { Verification, type VerificationArgs } from './verification.ts';
export { DatabaseAccess, type DatabaseAccessArgs } from './database-access.ts';
export { GatewayDeployment, type GatewayDeploymentArgs } from './gateway-deployment.ts';
export { DeletionGuard, type DeletionGuardArgs } from './deletion-guard.ts';
