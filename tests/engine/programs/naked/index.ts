/**
 * The roles and the database of a CRM with the settings they had before the teardown, registered plainly: no gate, no hooks, no
 * roll-call, no protection. FORMER is the file of the former settings; with ADOPT what exists is imported.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import postgresql from '@pulumi/postgresql';
import type pulumi from '@pulumi/pulumi';
import type { FormerResource, FormerSettings } from '../../../../inventory/index.ts';
import { failHere, isFaulty, neverResolves, somethingNew } from '../faults.ts';

const { resources, system } = JSON.parse(readFileSync(process.env.FORMER ?? '', 'utf8')) as FormerSettings;
const adopts = process.env.ADOPT !== undefined;

await failHere('at import');

export default async function program(): Promise<void> {
  await failHere('before the gate');
  try {
    await register();
  } catch (error) {
    if (!isFaulty('swallows an error', 'the component')) throw error;
  }
}

async function register(): Promise<void> {
  if (isFaulty('is forgotten', 'the component')) return;
  if (isFaulty('is awaited', 'an output')) await somethingNew(system);
  const built: pulumi.CustomResource[] = [];
  for (const [name, former] of registered()) {
    if (built.length > 0) await failHere('after the gate');
    if (isFaulty('swallows an error', 'the component')) throw new Error('thrown on purpose');
    const options = { dependsOn: built.slice(), ...(adopts ? { import: String(former.importId) } : {}) };
    const waits = isFaulty('never resolves', 'an input') ? { connectionLimit: neverResolves } : {};
    const type = former.type.endsWith(':Role') ? postgresql.Role : postgresql.Database;
    const resource = new type(name, { ...former.inputs, ...waits }, options);
    built.push(resource);
  }
}

/** Roles without memberships first, the database last: each depends on those before it. */
function registered(): readonly (readonly [string, FormerResource])[] {
  const found = Object.entries(resources).filter(([, { type }]) => /:(Role|Database)$/.test(type));
  const rank = ({ type, inputs }: FormerResource): number =>
    type.endsWith(':Database') ? Infinity : (inputs.roles as readonly string[]).length;
  return found.toSorted(([, a], [, b]) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
}
