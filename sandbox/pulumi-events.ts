import { existsSync, readFileSync } from 'node:fs';

/** Resources by operation. Operations the engine did not do are zero; unusual ones (replace, discard) appear by name. */
export interface Changes {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
  readonly same: number;
  readonly import: number;
  readonly [operation: string]: number;
}

/** `planned` means announced and not finished: in a preview all, in an update those that a stop has cut short. */
export interface ResourceOperation {
  readonly urn: string;
  readonly type: string;
  readonly op: string;
  readonly outcome: 'planned' | 'done' | 'failed';
}

interface Metadata {
  readonly metadata: { readonly op: string; readonly urn: string; readonly type: string };
}

/** One line of the engine's event log; only the events that are looked at are typed. */
export interface EngineEvent {
  readonly sequence: number;
  readonly resourcePreEvent?: Metadata;
  readonly resOutputsEvent?: Metadata;
  readonly resOpFailedEvent?: Metadata;
  readonly diagnosticEvent?: { readonly severity: string; readonly message: string; readonly urn?: string };
  readonly summaryEvent?: {
    readonly isPreview: boolean;
    readonly result: string;
    readonly resourceChanges?: Readonly<Record<string, number>>;
  };
}

/** The log of an engine that was killed may end in the middle of a line: that line is left out. */
export function readEvents(file: string): readonly EngineEvent[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines
    .slice(0, -1)
    .concat(isWhole(lines.at(-1)) ? lines.slice(-1) : [])
    .map((line) => JSON.parse(line) as EngineEvent);
}

function isWhole(line: string | undefined): boolean {
  try {
    return line !== undefined && typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}

export function changesOf(events: readonly EngineEvent[]): Changes {
  const counted = events.findLast((event) => event.summaryEvent)?.summaryEvent?.resourceChanges;
  return { create: 0, update: 0, delete: 0, same: 0, import: 0, ...counted };
}

export function operationsOf(events: readonly EngineEvent[]): readonly ResourceOperation[] {
  const operations = new Map<string, ResourceOperation>();
  const isPreview = events.some((event) => event.summaryEvent?.isPreview);
  for (const event of events) {
    const found = event.resourcePreEvent ?? event.resOutputsEvent ?? event.resOpFailedEvent;
    if (!found) continue;
    const { op, urn, type } = found.metadata;
    const done = event.resOutputsEvent && !isPreview ? 'done' : 'planned';
    operations.set(`${urn} ${op}`, { urn, type, op, outcome: event.resOpFailedEvent ? 'failed' : done });
  }
  return [...operations.values()];
}
