import { type FSWatcher, watch } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineEvent, RunningPulumi } from '../pulumi.ts';
import { readEvents } from '../pulumi-events.ts';
import { type Phase, phases } from './kills.ts';

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

/** What a run that has ended has come to: each has a preview that could have been shown, and writes into the ledger. */
export function phasesOf(events: readonly EngineEvent[]): ReadonlySet<Phase> {
  return new Set(
    phases.filter((phase) => phase === 'preview' || phase === 'ledger write' || isIn(phase, events)),
  );
}

/** The first file that appears in the evidence store after the run has begun is the beginning of a ledger entry. */
function onWrite(directory: string, written: () => void): FSWatcher {
  return watch(directory, { recursive: true }, written);
}

function begun(phase: Phase, { eventFile, output }: RunningPulumi): boolean {
  return phase === 'preview' ? output().includes('Previewing update') : isIn(phase, readEvents(eventFile));
}

function isIn(phase: Phase, events: readonly EngineEvent[]): boolean {
  const previewed = events.findIndex(({ summaryEvent }) => summaryEvent?.isPreview);
  const started = events
    .slice(previewed + 1)
    .flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
  const [operation, type] = phase === 'archive write' ? ['create', archive] : [phase, live];
  return started.some((each) => each.op === operation && type.test(each.type));
}

const archive = /^aws:rds\/snapshot:/;

/** Things of the live systems, but for the archive: components and the teardown's own resources touch nothing there. */
const live = /^(aws(?!:rds\/snapshot:)|postgresql|auth0):/;
