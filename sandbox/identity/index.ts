/**
 * sandbox/identity: a stateful stand-in of an Auth0 tenant, as far as our code uses one: Management API v2 for clients,
 * connections, enabled clients and users; the token endpoint and sign-up. HTTPS with a private CA, paging and rate limits
 * as at the vendor, and strict: a path, field or value it does not know is refused. `visitor` is the other side of it:
 * what an application or a person outside can do.
 */
export { startIdentity, type Identity } from './server.ts';
export { logIn, machineToken, refresh, signUp, type Account, type Application } from './visitor.ts';
