import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { type Place, type Problem, TeardownError, within } from '../diagnostics/index.ts';
import type { StackSettings } from '../inventory/index.ts';
import type { Host } from './host.ts';
import { problems } from './problems.ts';

/** The project of Pulumi.yaml: its settings carry this name. */
export const project = 'crm-teardown';

/** Options of every command. */
export interface CommonOptions {
  readonly stack?: string;
  readonly configFile?: string;
  readonly json?: boolean;
}

/** One stack's settings as its file has them. */
export interface StackFile {
  /** Undefined if only a file of another name was given. */
  readonly name: string | undefined;
  /** As the user would write it. */
  readonly file: string;
  readonly settings: StackSettings;
}

const fileName = /^Pulumi\.(.+)\.yaml$/;

/**
 * Reads `stacks/Pulumi.<stack>.yaml`, or the file given. Without either, the only stack file there is. Throws
 * TeardownError: cli-stack-unclear, cli-stack-unknown, cli-stack-not-yaml, cli-stack-wrong-value.
 */
export async function readStack(options: CommonOptions, host: Host): Promise<StackFile> {
  const path = options.configFile
    ? resolve(host.cwd, options.configFile)
    : join(host.projectRoot, 'stacks', `Pulumi.${options.stack ?? (await onlyStack(host))}.yaml`);
  const file = relative(host.cwd, path) || path;
  const name = options.stack ?? fileName.exec(basename(path))?.[1];
  const text = await readStackFile(path, file, host);
  return { name, file, settings: settingsIn(text, file) };
}

async function onlyStack({ projectRoot }: Host): Promise<string> {
  const names = await stackNames(projectRoot);
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return only;
  const detail =
    only === undefined
      ? 'stacks/ holds no stack file, and no --config-file was given'
      : `stacks/ holds ${names.join(', ')}`;
  const hint = only === undefined ? 'pulumi stack init NAME' : `teardown status --stack ${only}`;
  throw new TeardownError(problems('cli-stack-unclear', { detail, hint }));
}

async function stackNames(projectRoot: string): Promise<readonly string[]> {
  const entries = await within('10 seconds', 'listing stacks/', readdir(join(projectRoot, 'stacks'))).catch(
    () => [],
  );
  return entries.flatMap((entry) => fileName.exec(entry)?.[1] ?? []).sort();
}

async function readStackFile(path: string, file: string, { projectRoot }: Host): Promise<string> {
  try {
    return await within('10 seconds', `reading ${file}`, readFile(path, 'utf8'));
  } catch (cause) {
    if (cause instanceof TeardownError) throw cause;
    const known = await stackNames(projectRoot);
    const hint = known.length > 0 ? `use one of --stack ${known.join(', ')}` : 'pulumi stack init NAME';
    const place = { file, line: 1, column: 1 };
    const detail = `${file}: ${(cause as NodeJS.ErrnoException).code ?? 'cannot be read'}`;
    throw new TeardownError(problems('cli-stack-unknown', { detail, hint, place }), { cause });
  }
}

/** The three settings; one that is not there is undefined, which loadSettings refuses. */
function settingsIn(text: string, file: string): StackSettings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const placeAt = (offset: number): Place => {
    const { line, col: column } = lines.linePos(offset);
    return { file, line, column };
  };
  const [fault] = document.errors;
  if (fault) {
    const [detail = ''] = fault.message.split('\n', 1);
    const hint = 'correct the YAML at this place';
    const problem = problems('cli-stack-not-yaml', { detail, hint, place: placeAt(fault.pos[0]) });
    throw new TeardownError(problem);
  }
  const wrong: Problem[] = [];
  const read = (name: keyof StackSettings): string | undefined => {
    const value = valueOf(document, name);
    if (value === undefined || typeof value.value === 'string') return value?.value as string | undefined;
    const detail = `${project}:${name} is not a plain text`;
    const hint = `pulumi config set ${name} ${name.toUpperCase()}`;
    wrong.push(problems('cli-stack-wrong-value', { detail, hint, place: placeAt(value.offset) }));
    return undefined;
  };
  const settings = { stage: read('stage'), reason: read('reason'), inventory: read('inventory') };
  const [first, ...rest] = wrong;
  if (first) throw new TeardownError([first, ...rest]);
  return settings;
}

function valueOf(document: Document, name: string): { value: unknown; offset: number } | undefined {
  // A key such as `a:b` is a plain text in YAML; the file may also be no map at all.
  const node: unknown = document.getIn(['config', `${project}:${name}`], true);
  if (node === undefined || node === null) return undefined;
  const { range } = node as { range?: readonly number[] };
  return { value: isScalar(node) ? node.value : undefined, offset: range?.[0] ?? 0 };
}
