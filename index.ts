/** The program: settings, gate, components for the posture of the step the gate confirmed, roll-call, verification. */
import process from 'node:process';
import { loadSettings } from './inventory/index.ts';
import { alreadyMade, Config, passGate, Run, Verification } from './sdk/index.ts';

export default async function program(): Promise<Record<string, unknown>> {
  const run = new Run();
  const config = new Config();
  const wanted = {
    stage: config.get('stage'),
    reason: config.get('reason'),
    inventory: config.get('inventory'),
  };
  const settings = await loadSettings(wanted, process.cwd());
  const { system } = settings.inventory;
  const { evidenceStore } = settings;

  const captured = settings.former.resources;
  run.keep({ evidenceStore, captured });
  const [{ step, attempt, resource }, { build, creations }] = await Promise.all([
    passGate(run, { system, ...settings.gate }),
    run.begun().then(() => import('./stacks/index.ts')),
  ]);
  const made = await alreadyMade(creations(settings, step, attempt));
  const { resources, removed, expectations } = build(settings, step, attempt, made);
  await run.rollCall({ resources, removed, captured });

  const expected = { system, evidenceStore, step, attempt, expectations };
  const verification = new Verification('verification', expected, { dependsOn: [resource, ...resources] });
  return { step, reached: verification.reached };
}
