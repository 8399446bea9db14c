import type { Incident, IncidentEvent } from './incident-file.ts';
import { type IncidentWords, type Language, wordsOf } from './incident-words.ts';

/** The incident as Markdown for people: the same facts in each language, in the same order. */
export function incidentText(incident: Incident, language: Language): string {
  const words = wordsOf[language];
  const { system, made, ledger, events } = incident;
  const parts = [
    `# ${words.title}: ${system}`,
    words.leftOut,
    table(
      [words.fact, words.value],
      [
        [words.made, made],
        [words.ledger, `${ledger.sequence}, \`${ledger.hash}\``],
        [words.frozen, frozenText(incident, words)],
        [words.position, positionText(incident, words)],
        [words.data, dataText(incident, words)],
      ],
    ),
    `## ${words.underWay}`,
    underWayText(incident, words),
    `## ${words.events}`,
    table([words.entry, words.time, words.event, words.step, words.about], events.map(eventRow(words))),
  ];
  return `${parts.join('\n\n')}\n`;
}

function frozenText({ frozen }: Incident, words: IncidentWords): string {
  return frozen ? `${frozen.since} (${words.entry} ${frozen.entry})` : words.no;
}

function positionText({ position }: Incident, words: IncidentWords): string {
  if (position === null) return words.notStarted;
  const { step, attempt, reached, deleteStarted } = position;
  const where = `${step}, ${words.attempt} ${attempt}, ${reached ? words.reached : words.notReached}`;
  return deleteStarted ? `${where}; ${words.deleteStarted}` : where;
}

function dataText({ data }: Incident, words: IncidentWords): string {
  return data.map(({ name, sensitivity }) => `${name} (${words.sensitivity[sensitivity]})`).join(', ');
}

function underWayText({ underWay }: Incident, words: IncidentWords): string {
  if (underWay === null) return words.nothing;
  const { step, attempt, since, deletes, cutOff } = underWay;
  const rows = [
    ...deletes.map(({ type, outcome, count }) => [words.outcome[outcome], type, String(count)]),
    ...cutOff.map(({ operation, type, count }) => [`${words.cutOff}: ${operation}`, type, String(count)]),
  ];
  const head = `${step}, ${words.attempt} ${attempt}, ${since}`;
  return rows.length === 0
    ? head
    : `${head}\n\n${table([words.event, words.resourceType, words.count], rows)}`;
}

const eventRow =
  (words: IncidentWords) =>
  ({ entry, time, kind, step, attempt, about }: IncidentEvent): readonly string[] => [
    String(entry),
    time,
    words.kind[kind],
    step === null ? '' : attempt === null ? step : `${step}, ${words.attempt} ${attempt}`,
    about.join(', '),
  ];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
