import { z } from 'zod';
import { digest, type Json, type Place, type Problem } from '../diagnostics/index.ts';
import { readTextFile } from './files.ts';
import { shownPath, toPath } from './issues.ts';
import { parseYaml, type Path } from './positions.ts';
import { problems } from './problems.ts';
import { liveResources } from './resources.ts';
import type { Inventory } from './schema.ts';

/** What a live resource was set to before the teardown touched it. */
export interface FormerResource {
  /** Pulumi type token. */
  readonly type: string;
  /** Undefined: the type has no importer (grants), the resource is created to equal the live one. */
  readonly importId?: string | undefined;
  /** Arguments of the Pulumi resource as they were live. */
  readonly inputs: Readonly<Record<string, Json>>;
}

/** The file `<system>.former.json`, written once by `teardown capture` and never edited. */
export interface FormerSettings {
  readonly version: 1;
  readonly system: string;
  /** ISO time. */
  readonly capturedAt: string;
  readonly inventoryDigest: string;
  /** By logical name, such as `role:crm_app`. */
  readonly resources: Readonly<Record<string, FormerResource>>;
  /** Logical names that were looked for and are not there. */
  readonly absent: readonly string[];
  /** SHA-256 of the canonical JSON of all the rest. */
  readonly digest: string;
}

/** Who may do what with 2,000 tables takes 8 MiB. */
const mostMebibytes = 256;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');

const formerSchema = z.strictObject({
  version: z.literal(1),
  system: z.string(),
  capturedAt: z.iso.datetime(),
  inventoryDigest: sha256,
  resources: z.record(
    z.string(),
    z.strictObject({
      type: z.string().min(1),
      importId: z.string().min(1).optional(),
      inputs: z.record(z.string(), z.json()),
    }),
  ),
  absent: z.array(z.string()),
  digest: sha256,
});

/** Puts the digest on freshly captured settings. Throws TypeError for what JSON cannot hold. */
export function sealFormer(settings: Omit<FormerSettings, 'digest'>): FormerSettings {
  return { ...settings, digest: digest(settings) };
}

export interface FormerReading {
  readonly problems: readonly Problem[];
  readonly former: FormerSettings | undefined;
}

/**
 * Reads former settings from their text: shape, digest, and that they belong to `system`. `file` is the path shown
 * in problems. Never throws for bad input.
 */
export function readFormer(text: string, file: string, system: string): FormerReading {
  const value = parseJson(text);
  if (value === undefined) {
    const detail = 'the text breaks off or is malformed';
    return failed([problems('former-not-json', { detail, hint: putBack, place: syntaxPlace(text, file) })]);
  }
  const parsed = formerSchema.safeParse(value);
  const place = (path: Path): Place => placeIn(text, file, path);
  if (!parsed.success) {
    return failed(
      parsed.error.issues.map(({ path, message }) => {
        const detail = `${shownPath(toPath(path))}: ${message}`;
        return problems('former-wrong-shape', { detail, hint: putBack, place: place(toPath(path)) });
      }),
    );
  }
  const former: FormerSettings = parsed.data;
  const found = [
    ...(isSealed(value as FormerSettings) ? [] : [edited(former, place(['digest']))]),
    ...(former.system === system ? [] : [otherSystem(former.system, system, place(['system']))]),
  ];
  return found.length === 0 ? { problems: [], former } : failed(found);
}

/** As `readFormer`, from a file; a missing one is a problem that `teardown capture` solves. */
export async function readFormerFile(path: string, shownAs: string, system: string): Promise<FormerReading> {
  const file = await readTextFile(path, mostMebibytes);
  if ('text' in file) return readFormer(file.text, shownAs, system);
  const place = { file: shownAs, line: 1, column: 1 };
  if (!file.missing) {
    const detail = `${shownAs}: ${file.says}`;
    return failed([problems('former-unreadable', { detail, hint: putBack, place })]);
  }
  const detail = `${shownAs} does not exist`;
  return failed([problems('former-missing', { detail, hint: 'teardown capture', place })]);
}

/** Every live resource the inventory lists was captured, or looked for and not found; and nothing else was. */
export function compareWithInventory(
  former: FormerSettings,
  inventory: Inventory,
  place: Place,
): readonly Problem[] {
  const expected = liveResources(inventory);
  const captured = [...Object.keys(former.resources), ...former.absent];
  const missing = expected.filter(({ name, required }) => required && !captured.includes(name));
  const follows = (name: string): boolean =>
    expected.some((one) => (one.family ? name.startsWith(one.name) : name === one.name));
  const strange = captured.filter((name) => !follows(name));
  return [
    ...missing.map(({ name }) =>
      problems('former-incomplete', {
        detail: `"${name}" follows from the inventory and was not captured`,
        hint: 'remove the entry from the inventory, or, if no step was taken yet: teardown capture',
        place,
      }),
    ),
    ...strange.map((name) =>
      problems('former-stranger', {
        detail: `"${name}" was captured and does not follow from the inventory any more`,
        hint: 'put the entry back into the inventory: what is left out would be deleted or left behind unseen',
        place,
      }),
    ),
  ];
}

/** Capturing again would take narrowed settings for former ones, so that is not the advice. */
const putBack = 'put the file back as "teardown capture" wrote it; version control has it';

function failed(found: readonly Problem[]): FormerReading {
  return { problems: found, former: undefined };
}

function isSealed({ digest: sealed, ...rest }: FormerSettings): boolean {
  return digest(rest) === sealed;
}

function edited(former: FormerSettings, place: Place): Problem {
  const detail = `the content does not have the digest ${former.digest.slice(0, 12)}... that it was sealed with`;
  return problems('former-edited', { detail, hint: putBack, place });
}

function otherSystem(found: string, wanted: string, place: Place): Problem {
  const detail = `they were captured from ${JSON.stringify(found)}, the inventory describes "${wanted}"`;
  return problems('former-other-system', { detail, hint: 'teardown capture', place });
}

/** The value, or undefined: JSON has no undefined, and the parser's own message would quote the file. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** JSON is YAML, so the same reader knows the places; it is asked only when something is wrong. */
function placeIn(text: string, file: string, path: Path): Place {
  const source = parseYaml(text, file);
  return 'value' in source ? source.placeOf(path) : source[0].place;
}

function syntaxPlace(text: string, file: string): Place {
  const source = parseYaml(text, file);
  return 'value' in source ? source.placeOf([]) : source[0].place;
}
