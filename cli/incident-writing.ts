import { writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { shellWord, TeardownError, within } from '../diagnostics/index.ts';
import type { Host, Report } from './host.ts';
import { type Incident, incidentOf } from './incident-file.ts';
import { incidentText } from './incident-text.ts';
import { languages } from './incident-words.ts';
import { problems } from './problems.ts';
import { inventoryOf, openEvidence, stateOf } from './situation.ts';
import { type CommonOptions, readStack } from './stack.ts';

export interface IncidentOptions extends CommonOptions {
  /** Directory for the files. */
  readonly out: string;
}

/**
 * Writes what support needs about an accident (R93): one JSON file and one Markdown file for each language. Reads the ledger and
 * changes nothing else, so it works beside a running update and in a frozen system.
 */
export async function writeIncident(options: IncidentOptions, host: Host): Promise<Report> {
  const stack = await readStack(options, host);
  const loaded = await inventoryOf(stack, host);
  const store = await openEvidence(loaded, 'read', true);
  const state = await stateOf(stack, host);
  const incident = incidentOf(await store.ledger(), loaded.inventory, state, host.now());
  const files: string[] = [];
  for (const [ending, text] of contents(incident)) {
    const path = join(resolve(host.cwd, options.out), `${nameFor(incident)}.${ending}`);
    await writeNew(path, text);
    files.push(relative(host.cwd, path));
  }
  const text = [
    `Written for support: ${incident.system}, ledger entry ${incident.ledger.sequence}.`,
    ...files.map((file) => `  ${file}`),
    'No reasons and no names of people, machines, accounts or resources are in them.',
    '',
    'Next: teardown status',
  ];
  return { text: `${text.join('\n')}\n`, json: { files, incident } };
}

function contents(incident: Incident): readonly (readonly [string, string])[] {
  return [
    ['json', `${JSON.stringify(incident, undefined, 2)}\n`],
    ...languages.map((language) => [`${language}.md`, incidentText(incident, language)] as const),
  ];
}

function nameFor({ system, made }: Incident): string {
  return `${system}.incident-${made.replaceAll(/[-:]|\.\d+/g, '')}`;
}

/** An incident that support may have already is never written over. */
async function writeNew(path: string, text: string): Promise<void> {
  const writing = writeFile(path, text, { flag: 'wx' });
  await within('10 seconds', `writing ${path}`, writing).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      const directory = dirname(path);
      const detail = `${directory}: there is no such directory`;
      const problem = problems('cli-file', { detail, hint: `mkdir -p ${shellWord(directory)}` });
      throw new TeardownError(problem, { cause: error });
    }
    if (code !== 'EEXIST') throw error;
    const hint = 'teardown incident --out ANOTHER-DIRECTORY';
    throw new TeardownError(problems('cli-incident-exists', { detail: path, hint }), { cause: error });
  });
}
