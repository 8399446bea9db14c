/** index.ts of the project, line by line, with places to fail at. */
import { join } from 'node:path';
import pulumi from '@pulumi/pulumi';
import type { Json } from '../../../../diagnostics/index.ts';
import { loadSettings, type Settings } from '../../../../inventory/index.ts';
import { alreadyMade, passGate, Run, Verification } from '../../../../sdk/index.ts';
import { build, creations } from '../../../../stacks/index.ts';
import { failHere, isFaulty, neverResolves, somethingNew } from '../faults.ts';

const projectRoot = join(import.meta.dirname, '..', '..', '..', '..');
await failHere('at import');

export default async function program(): Promise<Record<string, unknown>> {
  const run = new Run();
  const config = new pulumi.Config();
  const wanted = {
    stage: config.get('stage'),
    reason: config.get('reason'),
    inventory: config.get('inventory'),
  };
  const settings = faulty(await loadSettings(wanted, projectRoot));
  const { system } = settings.inventory;
  const { evidenceStore } = settings;
  await failHere('before the gate');

  const captured = settings.former.resources;
  run.keep({ evidenceStore, captured });
  const { step, attempt, resource } = await passGate(run, { system, ...settings.gate });
  await failHere('after the gate');
  if (isFaulty('is awaited', 'an output')) await somethingNew(system);
  const made = await alreadyMade(creations(settings, step, attempt));
  const { resources, removed, expectations } = await swallowing(() => build(settings, step, attempt, made));
  const lie = isFaulty('is called removed', 'the component') ? Object.keys(settings.former.resources) : [];
  await run.rollCall({ resources, removed: [...removed, ...lie], captured });

  const expected = { system, evidenceStore, step, attempt, expectations };
  const verification = new Verification('verification', expected, { dependsOn: [resource, ...resources] });
  return { step, reached: verification.reached };
}

/** Wrong settings stand for a component that does not register what it should. */
function faulty(settings: Settings): Settings {
  const { former, inventory } = settings;
  if (isFaulty('is forgotten', 'the component') || isFaulty('is called removed', 'the component')) {
    return { ...settings, inventory: { ...inventory, services: [], modules: [] } };
  }
  if (!isFaulty('never resolves', 'an input')) return settings;
  const resources = Object.fromEntries(
    Object.entries(former.resources).map(([name, resource]) => [
      name,
      { ...resource, inputs: { ...resource.inputs, connectionLimit: neverResolves as unknown as Json } },
    ]),
  );
  return { ...settings, former: { ...former, resources } };
}

/** A program that takes an error for unimportant. */
async function swallowing(work: () => ReturnType<typeof build>): Promise<ReturnType<typeof build>> {
  if (!isFaulty('swallows an error', 'the component')) return work();
  await Promise.reject(new Error('thrown on purpose')).catch(() => undefined);
  return { resources: [], removed: [], expectations: [] };
}
