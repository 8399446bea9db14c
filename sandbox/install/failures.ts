import { TeardownError, TimedOut } from '../../diagnostics/index.ts';
import { problems } from '../problems.ts';
import { type CommandOptions, lastLines, type Machine } from './machine.ts';

type Code = Parameters<typeof problems>[0];

/** What the failure of one command is called, and what is to be said of it. */
export interface Failure {
  /** When the output shows nothing that is known better. */
  readonly code: Code;
  readonly hint: string;
  /** What the command was for, if its name does not say so. */
  readonly about?: string;
  /** How to give the command a cache in a place that can be written. */
  readonly cacheHint?: string;
  /** Where the command downloads from. */
  readonly registry?: {
    readonly code: Code;
    /** The setting that counts, without credentials. */
    readonly setting: string;
    readonly hint: string;
  };
}

/** Runs a command to its end and returns what it said. Throws TeardownError: failed, or not ended in time. */
export async function perform(
  machine: Machine,
  [program, ...args]: readonly [string, ...string[]],
  options: CommandOptions,
  failure: Failure,
): Promise<string> {
  const { code, output } = await machine.run(program, args, options).catch((error: unknown) => {
    throw error instanceof TimedOut ? tookTooLong([program, ...args].join(' '), options, failure) : error;
  });
  if (code !== 0) throw failed(output, failure);
  return output;
}

function tookTooLong(command: string, { limit }: CommandOptions, { registry, hint }: Failure): TeardownError {
  const from = registry === undefined ? '' : `; ${registry.setting}`;
  const detail = `${command} did not end within ${limit}${from}`;
  return new TeardownError(problems('sandbox-timed-out', { detail, hint: registry?.hint ?? hint }));
}

const full = /no space left on device|disk quota exceeded/i;
const notWritable =
  /(?:open|mkdir|create|write|rename) .*: (?:permission denied|read-only file system)|^.*cache (?:not found|is required).*$/im;
/** Why a registry did not give what it was asked for. */
const network =
  /connection (?:refused|reset)[^'"\n)]*|no such host|name or service not known|temporary failure in name resolution|network is unreachable|no route to host|(?:i\/o |read )?time(?:d )?out[^'"\n)]*|tls[^'"\n)]*|certificate[^'"\n)]*|cannot connect to proxy|proxyconnect[^'"\n)]*|refusing to pass credentials[^:\n]*|disabled by GOPROXY=off|\b(?:401|403|407|50\d) [a-z ]+/i;

/** The error of a command that failed, by what it said. */
export function failed(output: string, { code, hint, about, cacheHint, registry }: Failure): TeardownError {
  const problem = (found: Code, why: string, way: string): TeardownError => {
    const detail = about === undefined ? why : `${about}\n  ${why}`;
    return new TeardownError(problems(found, { detail: withoutCredentials(detail), hint: way }));
  };
  if (full.test(output)) return problem('sandbox-disk-full', lineWith(full, output), 'df -h . /tmp "$HOME"');
  if (cacheHint !== undefined && notWritable.test(output)) {
    return problem('sandbox-not-writable', lineWith(notWritable, output), cacheHint);
  }
  const reason = registry && network.exec(output)?.[0].trim();
  if (registry && reason !== undefined) {
    return problem(registry.code, `${registry.setting}: ${reason}`, registry.hint);
  }
  return problem(code, telling(output), hint);
}

/** The line that says what is wrong, where a command marks it; else the end of its output. */
function telling(output: string): string {
  const marked = output.split('\n').filter((line) => /^(?:E: |ERROR: |error: )/.test(line));
  return marked.length > 0 ? marked.join('\n  ') : lastLines(output);
}

function lineWith(pattern: RegExp, output: string): string {
  return output.split('\n').find((line) => pattern.test(line)) ?? lastLines(output, 1);
}

/** A text without the user and password of the URLs in it. */
export function withoutCredentials(text: string): string {
  return text.replace(/(\w:\/\/)[^/@\s'"]+@/g, '$1');
}
