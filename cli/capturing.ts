import { relative } from 'node:path';
import { createStore, type EvidenceStore, refuseFrozen } from '../evidence/index.ts';
import type { Host, Report } from './host.ts';
import { inventoryOf, openEvidence } from './situation.ts';
import { type CommonOptions, readStack } from './stack.ts';

export interface CaptureOptions extends CommonOptions {
  readonly createStore?: boolean;
}

/** Captures the system of a stack. A store is created only when everything could be read. */
export async function captureSystem(options: CaptureOptions, host: Host): Promise<Report> {
  const stack = await readStack(options, host);
  const loaded = await inventoryOf(stack, host);
  const { inventory, inventoryDigest, evidenceStore, paths } = loaded;
  const { system } = inventory;
  const creating = async (): Promise<EvidenceStore> => {
    await createStore(evidenceStore, { system, sandbox: false });
    return openEvidence(loaded, 'write', false);
  };
  const store = options.createStore === true ? creating : await openEvidence(loaded, 'write', false);
  if (typeof store !== 'function') refuseFrozen(await store.ledger());
  // Loaded when needed: no other command waits for the vendors' SDKs.
  const { capture } = await import('../adopt/index.ts');
  const former = await capture({
    inventory,
    inventoryDigest,
    formerFile: paths.former,
    store,
    now: host.now,
    ...(host.live && { live: host.live }),
  });
  const { resources, absent, digest } = former;
  const names = Object.keys(resources);
  const file = relative(host.cwd, paths.former);
  const text = [
    `Captured ${names.length} live resources of ${system}: ${file}, digest ${digest.slice(0, 12)}`,
    ...(absent.length > 0 ? [`  looked for and not there: ${absent.join(', ')}`] : []),
    '',
    'Commit the file, then run: pulumi config set stage active && pulumi up',
  ];
  const json = { system, file: paths.former, digest, resources: names, absent };
  return { text: `${text.join('\n')}\n`, json };
}
