import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TeardownError, within } from '../diagnostics/index.ts';
import type { Head } from '../evidence/index.ts';
import { problems } from './problems.ts';
import { project } from './stack.ts';

/** What the engine's own record of a stack says. Of inputs and outputs only the gate's are looked at. */
export interface EngineState {
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
 * The state of a stack in a file backend; undefined if it is not there, such as before the first update. Throws TeardownError
 * `cli-state-unreadable` for a file that is no state.
 */
export async function engineState(backend: string, stack: string): Promise<EngineState | undefined> {
  const path = join(backend, '.pulumi', 'stacks', project, `${stack}.json`);
  const text = await within('10 seconds', `reading ${path}`, readFile(path, 'utf8')).catch(
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    },
  );
  if (text === undefined) return undefined;
  const state = stateIn(text) ?? (await refuse(path));
  const { resources, pending_operations: pending } = state.checkpoint.latest ?? {};
  const ours = (resources ?? []).filter(({ type }) => type?.startsWith('teardown:index:'));
  const gate = ours.find(({ type }) => type === 'teardown:index:Gate');
  return {
    urns: (resources ?? []).map(({ urn }) => urn),
    pending: (pending ?? []).map(({ type, resource }) => ({ operation: type, urn: resource.urn })),
    gate: gate && String(gate.inputs?.step),
    heads: ours.flatMap(({ outputs }) => {
      const seen = head.safeParse(outputs?.ledgerHead);
      return seen.success ? [seen.data] : [];
    }),
  };
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
  const text = await within('10 seconds', `reading ${copy}`, readFile(copy, 'utf8')).catch(() => '');
  const hint = stateIn(text)
    ? `make room on the disk, then: cp '${copy}' '${path}'`
    : 'pulumi stack import --file LAST-BACKUP-OF-THE-STATE';
  const detail = `${path} is no state of a stack`;
  throw new TeardownError(problems('cli-state-unreadable', { detail, hint }));
}
