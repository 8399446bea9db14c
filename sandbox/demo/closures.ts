/** The values of the posture by which doors are closed, under the name of their scale. */
export const enrolment = { scale: 'enrolment', value: 'closed' } as const;
export const writes = { scale: 'writes', value: 'blocked' } as const;
export const accounts = { scale: 'accounts', value: 'locked' } as const;
export const sensitive = { scale: 'sensitive', value: 'revoked' } as const;
export const modules = { scale: 'modules', value: 'revoked' } as const;
export const readOnlyInterfaces = { scale: 'interfaces', value: 'read-only' } as const;
export const interfaces = { scale: 'interfaces', value: 'gone' } as const;
export const integrations = { scale: 'integrations', value: 'cut' } as const;
export const services = { scale: 'services', value: 'stopped' } as const;
export const admins = { scale: 'admins', value: 'locked' } as const;
export const servicesGone = { scale: 'services', value: 'removed' } as const;
export const integrationsGone = { scale: 'integrations', value: 'removed' } as const;
export const interfacesGone = { scale: 'interfaces', value: 'removed' } as const;
export const identitiesGone = { scale: 'identities', value: 'removed' } as const;
export const data = { scale: 'data', value: 'removed' } as const;
