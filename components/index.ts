/**
 * components: one component resource per file, each with a pure `...Inputs(former, posture)` that overlays the former settings of a live
 * resource with the posture (rule 7), and with the expectations that the verification observes afterwards.
 */
export { ApiGateway } from './api-gateway.ts';
export { ApplicationService } from './application-service.ts';
export { ClientInterface } from './client-interface.ts';
export { type Closing, type Guarded, type Surroundings } from './closing.ts';
export { archiveSnapshots, CustomerDatabase } from './customer-database.ts';
export { CustomerIdentity } from './customer-identity.ts';
export { DatabasePopulation } from './database-population.ts';
export { ApiGrants, IdentityApi } from './identity-api.ts';
export { IdentityRole } from './identity-role.ts';
export { Integration } from './integration.ts';
export { denialActions, LoginDenial } from './login-denial.ts';
export { ObjectPrefix } from './object-prefix.ts';
export { ObjectStore } from './object-store.ts';
export { OperatorAccess } from './operator-access.ts';
export { denialPolicies, OperatorDenial } from './operator-denial.ts';
