/** The program: settings, gate, components for the posture of the step the gate confirmed, roll-call, verification. */
import process from 'node:process';
import pulumi from '@pulumi/pulumi';
import { loadSettings } from './inventory/index.ts';
import { passGate, Run, Verification } from './sdk/index.ts';
import { build } from './stacks/index.ts';

export default async function program(): Promise<Record<string, unknown>> {
  const run = new Run();
  const config = new pulumi.Config();
  const wanted = {
    stage: config.get('stage'),
    reason: config.get('reason'),
    inventory: config.get('inventory'),
  };
  const settings = await loadSettings(wanted, process.cwd());
  const { system } = settings.inventory;
  const { evidenceStore } = settings;

  run.keep({ evidenceStore, captured: settings.former.resources });
  const { step, attempt, resource } = await passGate(run, { system, ...settings.gate });
  const { resources, expectations } = build(settings, step, attempt);
  await run.rollCall(resources);

  const expected = { system, evidenceStore, step, attempt, expectations };
  const verification = new Verification('verification', expected, { dependsOn: [resource, ...resources] });
  return { step, reached: verification.reached };
}
