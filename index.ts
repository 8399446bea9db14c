/** The program, one line of data: settings, gate, posture of the confirmed step, roll-call, verification. */
import pulumi from '@pulumi/pulumi';
import { loadSettings } from './inventory/index.ts';
import { passGate, Run, Verification } from './sdk/index.ts';
import { build } from './stacks/index.ts';

export default async function program(): Promise<Record<string, unknown>> {
  const config = new pulumi.Config();
  const wanted = {
    stage: config.get('stage'),
    reason: config.get('reason'),
    inventory: config.get('inventory'),
  };
  const settings = await loadSettings(wanted, process.cwd());
  const { system } = settings.inventory;
  const { evidenceStore } = settings;

  const run = new Run(evidenceStore);
  const { step, attempt, gate } = await passGate(run, { system, ...settings.gate });
  const { resources, expectations } = build(settings, step);
  await run.rollCall(resources);
  const verification = new Verification(
    'verification',
    { system, evidenceStore, step, attempt, expectations },
    { dependsOn: [gate, ...resources] },
  );
  return { step, reached: verification.reached };
}
