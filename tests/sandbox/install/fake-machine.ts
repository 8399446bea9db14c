import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { within } from '../../../diagnostics/index.ts';
import { type Finished, type Machine, projectRoot } from '../../../sandbox/install/index.ts';

/** A computer as a test describes it. Commands not described end with code 127. */
export interface FakeMachine extends Machine {
  /** Every command that was run, as one line. */
  readonly ran: readonly string[];
}

export interface Description {
  /** What PATH offers: command -> where. */
  readonly commands?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly directories?: Readonly<Record<string, readonly string[]>>;
  readonly root?: boolean;
  /** The answer of a command, by the beginning of its line; the first that fits counts. Silence: it does not end in time. */
  readonly answers?: readonly (readonly [string, Partial<Finished> | 'silence'])[];
}

export function fakeMachine(description: Description = {}): FakeMachine {
  const ran: string[] = [];
  return {
    ran,
    root: projectCopy(),
    which: (command) => description.commands?.[command],
    exists: (path) => description.files?.includes(path) ?? false,
    list: (directory) => description.directories?.[directory] ?? [],
    isRoot: () => description.root ?? false,
    run: (command, args) => {
      const line = [command, ...args].join(' ');
      ran.push(line);
      const answer = description.answers?.find(([start]) => line.startsWith(start))?.[1];
      if (answer === 'silence') return within('1 milliseconds', line, new Promise<never>(() => undefined));
      return Promise.resolve({ code: answer ? 0 : 127, output: '', ...answer });
    },
  };
}

const copies: string[] = [];

/** For afterAll. */
export function removeFakeMachines(): void {
  for (const root of copies.splice(0)) rmSync(root, { recursive: true });
}

/** A project directory of its own with the files the installation reads, so that nothing of ours is found or removed. */
function projectCopy(): string {
  const root = mkdtempSync(join(tmpdir(), 'crm-teardown-install-'));
  copies.push(root);
  for (const file of ['engine/go.mod', 'engine/go.sum', 'install/moto-requirements.txt']) {
    mkdirSync(join(root, 'sandbox', file, '..'), { recursive: true });
    copyFileSync(join(projectRoot, 'sandbox', file), join(root, 'sandbox', file));
  }
  return root;
}
