/**
 * The scales a posture is made of: each lists its values in order, open first.
 * A component reads its scales and never the step.
 */
export const scales = {
  enrolment: ['open', 'closed'],
  writes: ['open', 'blocked'],
  interfaces: ['open', 'read-only', 'gone', 'removed'],
  accounts: ['enabled', 'locked'],
  sensitive: ['readable', 'revoked'],
  modules: ['readable', 'revoked'],
  integrations: ['connected', 'cut', 'removed'],
  services: ['running', 'stopped', 'removed'],
  admins: ['enabled', 'locked'],
  archive: ['first', 'final'],
  protection: ['held', 'released'],
  identities: ['present', 'removed'],
  data: ['present', 'removed'],
} as const;

export type Scale = keyof typeof scales;
export type ScaleValue<S extends Scale> = (typeof scales)[S][number];
export type Posture = { readonly [S in Scale]: ScaleValue<S> };

const scaleNames = Object.keys(scales) as readonly Scale[];

/** Every scale at its first value: the posture of `active`. */
export const open = Object.fromEntries(scaleNames.map((scale) => [scale, scales[scale][0]])) as Posture;

/** Rule 8: true if no scale of `next` is more open than in `previous`. */
export function isNarrowerOrEqual(previous: Posture, next: Posture): boolean {
  return scaleNames.every((scale) => rank(next, scale) >= rank(previous, scale));
}

function rank(posture: Posture, scale: Scale): number {
  return (scales[scale] as readonly string[]).indexOf(posture[scale]);
}
