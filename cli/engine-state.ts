import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { shellWord, TeardownError } from '../diagnostics/index.ts';
import type { Head } from '../evidence/index.ts';
import { problems } from './problems.ts';
import { ifThere, readIfThere } from './read-if-there.ts';
import { project } from './stack.ts';

/** What the engine's own record of a stack says. Of inputs and outputs only the gate's are looked at. */
export interface EngineState {
  /** The file that should hold the state and is not there; all else is empty then, and says nothing. Undefined: it is there. */
  readonly missing: string | undefined;
  /** URNs of all that the stack holds. */
  readonly urns: readonly string[];
  /** What the engine had begun and never saw the end of: it was killed. */
  readonly pending: readonly PendingOperation[];
  /** The step that the gate last let the stack into; undefined if it holds no gate. */
  readonly gate: string | undefined;
  /** The ends of the ledger that gate and verification have seen. */
  readonly heads: readonly Head[];
}

export interface PendingOperation {
  /** The engine's word: creating, updating, deleting, reading, importing. */
  readonly operation: string;
  readonly urn: string;
}

const head = z.object({ sequence: z.number(), hash: z.string() });
const resource = z.object({
  urn: z.string(),
  type: z.string().optional(),
  inputs: z.object({ step: z.unknown() }).optional().catch(undefined),
  outputs: z.object({ ledgerHead: z.unknown() }).optional().catch(undefined),
});

/** What a file backend keeps: https://github.com/pulumi/pulumi, sdk/go/common/apitype/core.go, CheckpointV3. */
const checkpointFile = z.object({
  checkpoint: z.object({
    latest: z
      .object({
        resources: z.array(resource).nullish(),
        pending_operations: z
          .array(z.object({ type: z.string(), resource: z.object({ urn: z.string() }) }))
          .nullish(),
      })
      .nullish(),
  }),
});

/**
 * The state of a stack in a file backend; undefined if the engine keeps it compressed, which is not read here. Throws TeardownError
 * `cli-state-unreadable` for a file that is no state.
 */
export async function engineState(backend: string, stack: string): Promise<EngineState | undefined> {
  const plain = join(backend, '.pulumi', 'stacks', project, `${stack}.json`);
  const path = (await newestOf(plain)) ?? plain;
  if (path !== plain) return undefined;
  const text = await readIfThere(path);
  if (text === undefined) return { missing: path, urns: [], pending: [], gate: undefined, heads: [] };
  const state = stateIn(text) ?? (await refuse(path));
  const { resources, pending_operations: pending } = state.checkpoint.latest ?? {};
  const ours = (resources ?? []).filter(({ type }) => type?.startsWith('teardown:index:'));
  const gate = ours.find(({ type }) => type === 'teardown:index:Gate');
  return {
    missing: undefined,
    urns: (resources ?? []).map(({ urn }) => urn),
    pending: (pending ?? []).map(({ type, resource }) => ({ operation: type, urn: resource.urn })),
    gate: gate && String(gate.inputs?.step),
    heads: ours.flatMap(({ outputs }) => {
      const seen = head.safeParse(outputs?.ledgerHead);
      return seen.success ? [seen.data] : [];
    }),
  };
}

/** Plain or compressed, the engine takes what was written last (pkg/backend/diy/state.go, stackPath); undefined: none is there. */
async function newestOf(plain: string): Promise<string | undefined> {
  const found = await Promise.all([plain, `${plain}.gz`, `${plain}.zst`].map(writtenAt));
  return found.filter((file) => file !== undefined).reduce(later, undefined)?.path;
}

interface Written {
  readonly path: string;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
}

function later(one: Written | undefined, other: Written): Written {
  return one !== undefined && one.time > other.time ? one : other;
}

async function writtenAt(path: string): Promise<Written | undefined> {
  const found = await ifThere(path, stat(path, { bigint: true }));
  return found && { path, time: found.mtimeNs };
}

type Checkpoint = z.infer<typeof checkpointFile>;

function stateIn(text: string): Checkpoint | undefined {
  try {
    return checkpointFile.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * On a full disk the engine leaves its file cut off, beside a copy of how it was before (`.bak`), and no command of its own can
 * read the stack any more: the copy has to be put in its place by hand.
 */
async function refuse(path: string): Promise<never> {
  const copy = `${path}.bak`;
  const text = await readIfThere(copy).catch(() => undefined);
  const hint = stateIn(text ?? '')
    ? `make room on the disk, then: cp ${shellWord(copy)} ${shellWord(path)}`
    : 'pulumi stack import --file LAST-BACKUP-OF-THE-STATE';
  const detail = `${path} is no state of a stack`;
  throw new TeardownError(problems('cli-state-unreadable', { detail, hint }));
}
