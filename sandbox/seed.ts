import { execFile } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { TeardownError } from '../diagnostics/index.ts';
import type { PostgresqlBinaries } from './install/index.ts';
import { problems } from './problems.ts';

const tenMinutes = 600_000;

/** Throws TeardownError unless the file can be read and holds something: before anything is started for it;
 * and, with `accounts`, unless it uses them. */
export function checkSeed(file: string, { accounts }: { readonly accounts?: number | undefined } = {}): void {
  const hint = 'give an SQL file that psql can run, such as sandbox/small-company/seed.sql';
  const refuse = (what: string): never => {
    throw new TeardownError(problems('sandbox-seed-unreadable', { detail: `${file} ${what}`, hint }));
  };
  const found = statSync(resolve(file), { throwIfNoEntry: false });
  if (found === undefined) return refuse('does not exist');
  if (!found.isFile()) return refuse('is no file');
  if (found.size === 0) return refuse('is empty');
  try {
    accessSync(resolve(file), constants.R_OK);
  } catch {
    refuse('cannot be read');
  }
  if (accounts !== undefined && !/:['"]?accounts\b/.test(readFileSync(resolve(file), 'utf8'))) {
    const detail = `${file} does not read :accounts, so --accounts ${accounts} would change nothing`;
    throw new TeardownError(
      problems('sandbox-accounts', {
        detail,
        hint: 'generate_series(1, :accounts), or leave --accounts out',
      }),
    );
  }
}

/**
 * Runs an SQL file with psql on a server, as a person would: outside a transaction, \connect and \copy work, and it stops
 * at the first failing statement. Throws TeardownError with the server's message and the line, never with a statement or a
 * row. Ten minutes at most.
 */
export async function runSeed(
  binaries: PostgresqlBinaries,
  url: string,
  file: string,
  { accounts }: { readonly accounts?: number | undefined } = {},
): Promise<void> {
  const absolute = resolve(file);
  const settings = ['--set=ON_ERROR_STOP=1', '--set=VERBOSITY=terse', '--output=/dev/null'];
  if (accounts !== undefined) settings.push(`--set=accounts=${accounts}`);
  const args = ['--no-psqlrc', '--no-password', '--quiet', ...settings, `--file=${absolute}`];
  const said = await new Promise<{ readonly error: Error | null; readonly text: string }>((done) => {
    const options = {
      cwd: dirname(absolute),
      env: connectionOf(url),
      timeout: tenMinutes,
      maxBuffer: 64 * 1024 * 1024,
    };
    const child = execFile(join(binaries.directory, 'psql'), args, options, (error, _, text) => {
      done({ error, text });
    });
    child.stdin?.end();
  });
  if (said.error !== null) throw failure(file, absolute, said.text, said.error);
}

function failure(file: string, absolute: string, text: string, cause: Error): TeardownError {
  if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
    const detail = 'there is no psql beside the server';
    return new TeardownError(
      problems('sandbox-no-postgresql', { detail, hint: 'apt-get install postgresql-client' }),
    );
  }
  if ((cause as { killed?: boolean }).killed) {
    const hint = 'split the seed, or bring less data into it';
    return new TeardownError(problems('sandbox-seed', { detail: `${file} took over ten minutes`, hint }), {
      cause,
    });
  }
  const found = /^psql:(.+?):(\d+): (?:error: )?(.+)$/m.exec(
    text
      .split('\n')
      .filter((line) => !/: (NOTICE|WARNING|INFO|LOG|DEBUG): /.test(line))
      .join('\n'),
  );
  const [, where = absolute, line = '1', message = 'psql ended without a message'] = found ?? [];
  const place = { file: where === absolute ? file : where, line: Number(line), column: 1 };
  const hint = `correct the statement that ends in line ${line}, then bring the sandbox up again`;
  return new TeardownError(problems('sandbox-seed', { detail: message, hint, place }), { cause });
}

/** The connection by environment, where no list of processes shows it; settings of the caller's own psql do not count. */
function connectionOf(url: string): NodeJS.ProcessEnv {
  const { hostname, port, username, password, pathname } = new URL(url);
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  return {
    ...Object.fromEntries(own),
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    PGCLIENTENCODING: 'UTF8',
  };
}
