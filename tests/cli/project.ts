import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LiveCrm } from '../../adopt/index.ts';
import { main } from '../../cli/main.ts';
import { digest } from '../../diagnostics/index.ts';
import { createStore, type EvidenceStore, openStore } from '../../evidence/index.ts';
import type { Step } from '../../lifecycle/index.ts';
import { liveFrom, sliceWorld } from '../adopt/live-slice.ts';
import { temporaryDirectory } from '../evidence/temporary.ts';
import { engineState } from './crash.ts';

/** What one command line printed and answered. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

export interface Project {
  readonly root: string;
  readonly inventory: string;
  readonly former: string;
  readonly backend: string;
  readonly run: (...args: string[]) => Promise<Ran>;
  /** As `run`, with --json: the parsed answer. */
  readonly ask: (...args: string[]) => Promise<{ readonly code: number; readonly json: unknown }>;
  readonly settings: (changes: Partial<Record<'stage' | 'reason' | 'inventory', string>>) => Promise<void>;
  readonly store: () => Promise<EvidenceStore>;
  /** Digest over all files: equal before and after means that nothing was changed. */
  readonly print: () => Promise<string>;
}

export interface ProjectOptions {
  readonly live?: LiveCrm;
  readonly colours?: boolean;
  readonly now?: () => Date;
  /** Beside or instead of what the project has itself. */
  readonly environment?: NodeJS.ProcessEnv;
}

const sample = 'sandbox/slice/slice-crm.inventory.yaml';

/** A project with the sample inventory and one stack `slice`; no evidence store yet. */
export async function newProject(options: ProjectOptions = {}): Promise<Project> {
  const root = await temporaryDirectory();
  const inventory = join(root, 'slice', 'slice-crm.inventory.yaml');
  const backend = join(root, 'state');
  await Promise.all(['stacks', 'slice', 'state'].map((name) => mkdir(join(root, name))));
  await cp(sample, inventory);
  const settings: Project['settings'] = (changes) => {
    const all = {
      stage: 'active',
      reason: 'contract ended',
      inventory: 'slice/slice-crm.inventory.yaml',
      ...changes,
    };
    const lines = Object.entries(all).map(([name, value]) => `  crm-teardown:${name}: ${value}`);
    return writeFile(join(root, 'stacks', 'Pulumi.slice.yaml'), ['config:', ...lines, ''].join('\n'));
  };
  await settings({});
  const run = (...args: string[]) => runIn(root, backend, options, args);
  return {
    root,
    inventory,
    backend,
    former: join(root, 'slice', 'slice-crm.former.json'),
    run,
    ask: async (...args) => {
      const { code, out } = await run(...args, '--json');
      return { code, json: JSON.parse(out) as unknown };
    },
    settings,
    store: () => openStore(join(root, 'slice', 'evidence')),
    print: () => printOf(root),
  };
}

async function runIn(
  root: string,
  backend: string,
  {
    live = liveFrom(sliceWorld()),
    colours = false,
    now = () => new Date('2026-11-22T10:00:00Z'),
    environment = {},
  }: ProjectOptions,
  args: readonly string[],
): Promise<Ran> {
  const out: string[] = [];
  const error: string[] = [];
  const code = await main(args, {
    projectRoot: root,
    cwd: root,
    environment: { PULUMI_BACKEND_URL: `file://${backend}`, HOME: root, ...environment },
    colours,
    write: (text) => out.push(text),
    writeError: (text) => error.push(text),
    now,
    live,
  });
  return { code, out: out.join(''), error: error.join('') };
}

/** A project with a sandbox store, captured: every gate asks for what is built, and only for that. */
export async function capturedProject(options: ProjectOptions = {}): Promise<Project> {
  const project = await newProject(options);
  await createStore(join(project.root, 'slice', 'evidence'), { system: 'slice-crm', sandbox: true });
  const { code, error } = await project.run('capture');
  if (code !== 0) throw new Error(error);
  return project;
}

/** Enters and reaches steps as gate and verification do, each from the one before; the engine has saved the last one. */
export async function walk(project: Project, ...steps: Step[]): Promise<void> {
  const store = await project.store();
  for (const step of steps) {
    await enter(store, step);
    const { attempt = 1 } = (await store.ledger()).position() ?? {};
    const checks = [{ name: 'outside', verdict: 'passed', detail: 'as expected', hint: '' }] as const;
    await store.append({ kind: 'step-reached', step, attempt, checks: [...checks] });
    await engineState(project, { gate: step });
  }
}

export async function enter(store: EvidenceStore, step: Step, back = false): Promise<void> {
  const position = (await store.ledger()).position();
  const from = position?.step ?? null;
  const entered = from === null ? 'start' : back ? 'back' : 'forward';
  const attempt = (position?.attempt ?? 1) + (back ? 1 : 0);
  await store.append({
    kind: 'step-entered',
    step,
    from,
    entered,
    attempt,
    intent: '0'.repeat(64),
    reason: 'test',
  });
}

async function printOf(root: string): Promise<string> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(
    files.map(async (file) => [file, digest(await readFile(file))] as const),
  );
  return digest(Object.fromEntries(contents));
}
