/**
 * sandbox/install: puts on this machine what the sandbox needs and what is missing: the Pulumi engine, the
 * PostgreSQL server, openssl, the AWS stand-in moto. Each part can be run again and is kept; when nothing is missing it is
 * a look at a few files.
 */
import { resolve } from 'node:path';
import { TeardownError, type Problem } from '../../diagnostics/index.ts';
import { explainFile } from '../file-problem.ts';
import { buildEngine, findEngine, type Engine } from './engine.ts';
import { thisMachine, type Machine } from './machine.ts';
import { findMoto, installMoto, type Moto } from './moto.ts';
import { hasOpenssl, installOpenssl } from './openssl.ts';
import { findPostgresql, installPostgresql, type PostgresqlBinaries } from './postgresql.ts';
import { inTurn } from './turn.ts';

export type { Engine, Machine, Moto, PostgresqlBinaries };
export { failed } from './failures.ts';
export { lastLines, type CommandOptions, type Finished } from './machine.ts';
export { buildEngine, findEngine, isAtLeast } from './engine.ts';
export { installMoto } from './moto.ts';
export { findPostgresql, installPostgresql } from './postgresql.ts';

export interface Tools {
  readonly engine: Engine;
  readonly postgresql: PostgresqlBinaries;
  readonly moto: Moto;
}

/** Absolute path of the project: the directory above `sandbox/`. */
export const projectRoot = resolve(import.meta.dirname, '..', '..');

interface Part {
  readonly title: string;
  readonly install: (progress: (line: string) => void) => Promise<void>;
}

/**
 * Installs what is missing, with progress (plain lines without a terminal), one process at a time. Throws TeardownError with the
 * problems of all parts that could not be installed.
 */
export async function install(machine: Machine = thisMachine(projectRoot)): Promise<Tools> {
  return complete(await find(machine)) ?? (await inTurn(machine.root, () => installMissing(machine)));
}

type Found = { readonly [Tool in keyof Tools]: Tools[Tool] | undefined } & { readonly openssl: boolean };

async function find(machine: Machine): Promise<Found> {
  const [engine, postgresql, moto] = await Promise.all([
    findEngine(machine),
    findPostgresql(machine),
    findMoto(machine),
  ]);
  return { engine, postgresql, moto, openssl: hasOpenssl(machine) };
}

function complete({ engine, postgresql, moto, openssl }: Found): Tools | undefined {
  return engine && postgresql && moto && openssl ? { engine, postgresql, moto } : undefined;
}

async function installMissing(machine: Machine): Promise<Tools> {
  let { engine, postgresql, moto, openssl } = await find(machine);
  const parts: Part[] = [];
  if (!engine) {
    const title = 'Building the Pulumi engine from its Go modules (some minutes, once)';
    parts.push({ title, install: async (progress) => void (engine = await buildEngine(machine, progress)) });
  }
  if (!postgresql) {
    const title = 'Installing the PostgreSQL server';
    parts.push({
      title,
      install: async (progress) => void (postgresql = await installPostgresql(machine, progress)),
    });
  }
  if (!moto) {
    const title = 'Installing the AWS stand-in moto';
    parts.push({ title, install: async (progress) => void (moto = await installMoto(machine, progress)) });
  }
  if (!openssl) {
    const title = 'Installing openssl';
    const install: Part['install'] = async (progress) => {
      await installOpenssl(machine, progress);
      openssl = hasOpenssl(machine);
    };
    parts.push({ title, install });
  }
  if (parts.length > 0) await installAll(parts);
  const tools = complete({ engine, postgresql, moto, openssl });
  if (!tools) throw new Error('a part reported success and was not installed');
  return tools;
}

async function installAll(parts: readonly Part[]): Promise<void> {
  const { Listr } = await import('listr2');
  const failures: unknown[] = [];
  const tasks = parts.map((part) => ({
    title: part.title,
    task: async (_context: unknown, task: { output: string }): Promise<void> => {
      try {
        await part.install((line) => {
          if (process.stdout.isTTY) task.output = line;
        });
      } catch (error) {
        failures.push(error);
        throw new Error('failed, see below', { cause: error });
      }
    },
  }));
  await new Listr(tasks, { concurrent: true, exitOnError: false, fallbackRenderer: 'simple' }).run();
  const [first, ...others] = failures.flatMap(problemsOf);
  if (first) throw new TeardownError([first, ...others], { cause: failures[0] });
}

function problemsOf(failure: unknown): readonly Problem[] {
  const known = explainFile(failure);
  if (known instanceof TeardownError) return known.problems;
  throw failure;
}
