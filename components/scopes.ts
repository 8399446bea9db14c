import { isSensitive, type Inventory } from '../inventory/index.ts';
import type { Posture } from '../lifecycle/index.ts';

/** A scope counts as reading only if its name says so; all else is writing. */
export function isReading(scope: string): boolean {
  return /^read:|:read$/.test(scope);
}

/**
 * The scopes of the CRM's API that a posture leaves of the former ones: reading alone once writes are blocked, without those of the
 * modules that are revoked, none once the interfaces are gone. Never a scope more.
 */
export function allowedScopes(
  former: readonly string[],
  posture: Posture,
  { modules, dataClasses }: Pick<Inventory, 'modules' | 'dataClasses'>,
): string[] {
  if (posture.interfaces === 'gone' || posture.interfaces === 'removed') return [];
  const revoked = modules.flatMap((module) => {
    if (module.enforcedBy !== 'token-scope') return [];
    const scale = isSensitive(module, dataClasses) ? 'sensitive' : 'modules';
    return posture[scale] === 'revoked' ? module.scopes : [];
  });
  const narrowed = posture.interfaces === 'read-only' || posture.writes === 'blocked';
  return former.filter((scope) => !revoked.includes(scope) && (!narrowed || isReading(scope)));
}
