import type { Machine } from './machine.ts';
import { installPackages } from './packages.ts';

/** The Auth0 stand-in makes its certificates with it. */
export function hasOpenssl(machine: Machine): boolean {
  return machine.which('openssl') !== undefined;
}

export async function installOpenssl(machine: Machine, progress: (line: string) => void): Promise<void> {
  const reason = 'the Auth0 stand-in makes its certificates with openssl';
  await installPackages(machine, { packages: ['openssl'], reason }, progress);
}
