import type { Head, LedgerEntry, LedgerView } from '../evidence/index.ts';
import type { Inventory } from '../inventory/index.ts';
import { isStep, kindOf, type Position, type Step } from '../lifecycle/index.ts';
import type { EngineState, PendingOperation } from './engine-state.ts';
import { type BegunDelete, underWayOf, unsettled } from './under-way.ts';

type Sensitivity = Inventory['dataClasses'][string]['sensitivity'];

/**
 * What support is told about an accident (R93): the time, the kind of data, what was done. Made of the ledger, of the engine's
 * state, and of the inventory the system's name and its classes of data. No reasons, no names of people, machines, accounts or
 * resources, no paths, no messages. Each line has the number of its ledger entry, by which whoever may read the ledger finds
 * the rest.
 */
export interface Incident {
  readonly version: 1;
  readonly system: string;
  readonly made: string;
  /** The state of the ledger that this was made of. */
  readonly ledger: Head;
  readonly frozen: { readonly since: string; readonly entry: number } | null;
  readonly position: Position | null;
  /** Classes of data that the system holds. */
  readonly data: readonly { readonly name: string; readonly sensitivity: Sensitivity }[];
  readonly underWay: IncidentUnderWay | null;
  readonly events: readonly IncidentEvent[];
}

export interface IncidentUnderWay {
  readonly step: Step;
  readonly attempt: number;
  readonly since: string;
  /** Numbers of deletes by type of the resource and what came of them. */
  readonly deletes: readonly {
    readonly type: string;
    readonly outcome: BegunDelete['outcome'];
    readonly count: number;
  }[];
  /** What the engine was cut off in, by its own word and the type of the resource. */
  readonly cutOff: readonly { readonly operation: string; readonly type: string; readonly count: number }[];
}

export interface IncidentEvent {
  readonly entry: number;
  readonly time: string;
  readonly kind: LedgerEntry['body']['kind'];
  readonly step: Step | null;
  readonly attempt: number | null;
  /** Codes of problems, types of resources: words of this tool. */
  readonly about: readonly string[];
}

/** The same ledger, inventory and state give the same incident, but for `made`. */
export function incidentOf(
  view: LedgerView,
  { dataClasses }: Pick<Inventory, 'dataClasses'>,
  state: EngineState | undefined,
  now: Date,
): Incident {
  const freeze = view.freeze();
  return {
    version: 1,
    system: view.system,
    made: now.toISOString(),
    ledger: view.head,
    frozen: freeze ? { since: freeze.time, entry: freeze.sequence } : null,
    position: view.position() ?? null,
    data: Object.entries(dataClasses).map(([name, { sensitivity }]) => ({ name, sensitivity })),
    underWay: underWay(view, state),
    events: view.entries.map(eventOf),
  };
}

function underWay(view: LedgerView, state: EngineState | undefined): IncidentUnderWay | null {
  const work = underWayOf(view, state);
  if (work === undefined) return null;
  const { step, attempt, since, deletes } = work;
  const begun = deletes.map(({ urn, outcome }) => ({ type: kindOf(urn).type, outcome }));
  const cutOff = unsettled(state).map(({ operation, urn }: PendingOperation) => ({
    operation,
    type: kindOf(urn).type,
  }));
  return { step, attempt, since, deletes: counted(begun), cutOff: counted(cutOff) };
}

function counted<Thing extends object>(things: readonly Thing[]): (Thing & { readonly count: number })[] {
  const groups = Map.groupBy(things, (thing) => JSON.stringify(thing));
  return [...groups.values()].flatMap(([thing, ...others]) =>
    thing === undefined ? [] : [{ ...thing, count: others.length + 1 }],
  );
}

function eventOf({ sequence: entry, time, body }: LedgerEntry): IncidentEvent {
  const step = 'step' in body ? body.step : null;
  const attempt = 'attempt' in body ? body.attempt : null;
  const event = { entry, time, kind: body.kind, step, attempt };
  switch (body.kind) {
    case 'refusal':
      return { ...event, step: isStep(body.gate) ? body.gate : null, about: codesOf(body.problems) };
    case 'delete-started':
      // The type only: the name of a resource may be somebody's.
      return { ...event, about: [kindOf(body.urn).type] };
    case 'guard-released':
      return { ...event, about: [body.target.split('/', 1)[0] ?? ''] };
    default:
      return { ...event, about: [] };
  }
}

/** A code of ours is made of small letters and hyphens; whatever else stands there is not told. */
function codesOf(problems: readonly { readonly code: string }[]): readonly string[] {
  const codes = problems.map(({ code }) => (/^[a-z]+(-[a-z]+)+$/.test(code) ? code : 'not-a-code'));
  return [...new Set(codes)];
}
