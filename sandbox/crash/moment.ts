import { type FSWatcher, watch } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningPulumi } from '../pulumi.ts';
import { readEvents } from '../pulumi-events.ts';
import { type Phase } from './kills.ts';

/** Waits until a run is inside a phase. False: it ended without having been there. */
export async function untilPhase(phase: Phase, run: RunningPulumi, evidence: string): Promise<boolean> {
  const state = { ended: false, written: false };
  void run.result.finally(() => (state.ended = true)).catch(() => undefined);
  const watching = phase === 'ledger write' ? onWrite(evidence, () => (state.written = true)) : undefined;
  try {
    while (!state.ended) {
      if (watching ? state.written : begun(phase, run)) return true;
      await sleep(15);
    }
    return false;
  } finally {
    watching?.close();
  }
}

/** The first file that appears in the evidence store after the run has begun is the beginning of a ledger entry. */
function onWrite(directory: string, written: () => void): FSWatcher {
  return watch(directory, { recursive: true }, written);
}

function begun(phase: Phase, { eventFile, output }: RunningPulumi): boolean {
  if (phase === 'preview') return output().includes('Previewing update');
  const events = readEvents(eventFile);
  const previewed = events.findIndex(({ summaryEvent }) => summaryEvent?.isPreview);
  const started = events
    .slice(previewed + 1)
    .flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
  const [operation, type] = phase === 'archive write' ? ['create', /^aws:rds\/snapshot:/] : [phase, live];
  return started.some((each) => each.op === operation && type.test(each.type));
}

/** Things of the live systems: components and the teardown's own resources touch nothing there. */
const live = /^(aws|postgresql|auth0):/;
