import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as nodeFileSystem from 'node:fs/promises';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { canonical, type Json, TeardownError } from '../../diagnostics/index.ts';
import {
  approve,
  freeze,
  openStore,
  type StoreOptions,
  unfreeze,
  verifyHead,
  withdraw,
} from '../../evidence/index.ts';
import { fuzzLimit, tries } from '../fuzz.ts';
import { hex, newStore, removeTemporary } from './temporary.ts';

afterAll(removeTemporary);

/** Path inside the store -> bytes. */
type Content = ReadonlyMap<string, Buffer>;
interface Mutation {
  readonly path: string;
  readonly content: Content;
}

let directory: string;
let original: Content;
let head: { sequence: number; hash: string };

beforeAll(async () => {
  const store = await newStore();
  directory = store.directory;
  await store.append({ kind: 'captured', formerDigest: hex('f'), inventoryDigest: hex('e') });
  const request = { store, step: 'read-only', attempt: 1, intent: hex('a'), reason: 'ready' } as const;
  await approve({ ...request, approver: 'Ada' });
  const approval = await approve({ ...request, approver: 'Grace' });
  const check = { name: 'bucket', verdict: 'passed', detail: 'as expected', hint: '' } as const;
  await store.append({ kind: 'step-reached', step: 'active', attempt: 1, checks: [check] });
  await freeze({ store, by: 'Ada', reason: 'stop' });
  await unfreeze({ store, by: 'Ada', reason: 'go on' });
  await store.append({ kind: 'refusal', gate: 'x', problems: [{ code: 'c', detail: 'd' }] });
  await store.append({
    kind: 'delete-started',
    step: 'destroyed/data',
    attempt: 1,
    urn: 'urn:pulumi:s::p::t::n',
  });
  if (approval.body.kind !== 'approval') throw new Error('not an approval');
  await withdraw({ store, attestation: approval.body.attestation, reason: 'too early' });
  head = (await store.ledger()).head;
  const files = await readdir(directory, { recursive: true, withFileTypes: true });
  const judged = files.filter(
    (file) =>
      file.isFile() && /ledger|attestations|^store/.test(file.parentPath.slice(directory.length) + file.name),
  );
  const paths = judged.map((file) => relative(directory, join(file.parentPath, file.name))).sort();
  original = new Map(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(directory, path))] as const)),
  );
});

/** A file system in memory, read only. */
function holding(content: Content): NonNullable<StoreOptions['fs']> {
  const readFrom = (path: string) => {
    const bytes = content.get(relative(directory, path));
    return bytes ? Promise.resolve(bytes) : Promise.reject(Object.assign(new Error('x'), { code: 'ENOENT' }));
  };
  const list = (path: string) => {
    const prefix = path === directory ? '' : `${relative(directory, path)}/`;
    const names = [...content.keys()].filter((key) => key.startsWith(prefix));
    return Promise.resolve([...new Set(names.map((key) => key.slice(prefix.length).split('/')[0] ?? ''))]);
  };
  return { ...nodeFileSystem, readFile: readFrom, readdir: list } as unknown as NonNullable<
    StoreOptions['fs']
  >;
}

/** Everything a reader checks: the store, its ledger, its attestations, and the head the stack remembers. */
async function verify(content: Content): Promise<void> {
  const store = await openStore(directory, { mode: 'read', fs: holding(content) });
  verifyHead(await store.ledger(), head);
}

async function expectRefused({ content }: Mutation): Promise<void> {
  const outcome = await verify(content).then(
    () => 'verified',
    (error: unknown) => error,
  );
  if (!(outcome instanceof TeardownError))
    throw outcome instanceof Error ? outcome : new Error(String(outcome));
  const [problem] = outcome.problems;
  expect(problem.exit).toBe('evidence');
  expect(problem.detail).toContain(directory);
}

/** Which files a change is made to: all, or those of one kind. */
type Choice = (path: string) => boolean;
const all: Choice = () => true;
const ledger: Choice = (path) => path.startsWith('ledger');
const statements: Choice = (path) => path.startsWith('attestations');

/** A choice among the files, made when the property runs and the store exists. */
const fileOf = (choice: Choice) =>
  fc.nat().map((n) => () => {
    const paths = [...original.keys()].filter(choice);
    return paths[n % paths.length] ?? '';
  });
const anyFile = fileOf(all);

const withFile = (path: string, bytes: Buffer): Mutation => ({
  path,
  content: new Map(original).set(path, bytes),
});
const bytesOf = (path: string) => original.get(path) ?? Buffer.alloc(0);

const byteMutation = (choice: Choice) =>
  fc
    .tuple(
      fileOf(choice),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      fc.constantFrom('flip', 'insert', 'remove', 'cut', 'repeat'),
    )
    .map(([file, at, value, how]) => () => {
      const path = file();
      const bytes = bytesOf(path);
      const index = at % bytes.length;
      const [start, end] = [bytes.subarray(0, index), bytes.subarray(index + 1)];
      const middle = {
        flip: Buffer.concat([start, Buffer.from([(bytes[index] ?? 0) ^ value]), end]),
        insert: Buffer.concat([start, Buffer.from([value]), bytes.subarray(index)]),
        remove: Buffer.concat([start, end]),
        cut: start,
        repeat: Buffer.concat([bytes, bytes.subarray(index)]),
      };
      return withFile(path, middle[how]);
    });

/** Changes a value somewhere in the JSON and writes it back in canonical form, as a careful forger would. */
const jsonMutation = (choice: Choice) =>
  fc
    .tuple(
      fileOf(choice),
      fc.nat(),
      fc.jsonValue() as fc.Arbitrary<Json>,
      fc.constantFrom('replace', 'remove', 'add'),
    )
    .map(([file, at, value, how]) => () => {
      const path = file();
      const root = JSON.parse(bytesOf(path).toString('utf8')) as Json;
      const spots = spotsIn(root);
      const spot = spots[at % spots.length];
      if (spot === undefined) throw new Error('no spot');
      const { parent, key } = spot;
      if (how === 'replace') parent[key] = value;
      if (how === 'remove') Reflect.deleteProperty(parent, key);
      if (how === 'add') parent[`${key}x`] = value;
      return withFile(path, Buffer.from(canonical(root)));
    });

function spotsIn(value: Json): { parent: Record<string, Json>; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const parent = value as Record<string, Json>;
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...spotsIn(parent[key] ?? null)]);
}

const fileMutation = fc
  .tuple(anyFile, anyFile, fc.constantFrom('delete', 'swap', 'overwrite', 'double', 'move'))
  .map(([file, otherFile, how]) => () => {
    const [path, other] = [file(), otherFile()];
    const content = new Map(original);
    const [bytes, otherBytes] = [bytesOf(path), bytesOf(other)];
    const free = path.startsWith('ledger') ? 'ledger/00000099.json' : `attestations/${hex('9')}.json`;
    if (how === 'delete') content.delete(path);
    if (how === 'swap') content.set(path, otherBytes).set(other, bytes);
    if (how === 'overwrite') content.set(path, otherBytes);
    if (how === 'double' || how === 'move') content.set(free, bytes);
    if (how === 'move') content.delete(path);
    return { path, content };
  });

function isUnchanged({ content }: Mutation): boolean {
  return (
    content.size === original.size &&
    [...content].every(([path, bytes]) => original.get(path)?.equals(bytes) ?? false)
  );
}

async function refusesAll(mutations: fc.Arbitrary<() => Mutation>, count: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(mutations, async (mutate) => {
      const mutation = mutate();
      fc.pre(!isUnchanged(mutation));
      await expectRefused(mutation);
    }),
    tries(count),
  );
}

const contents = (choice: Choice) => fc.oneof(byteMutation(choice), jsonMutation(choice));

describe('a store of which one thing was changed', () => {
  it('verifies as long as nothing was', async () => {
    await verify(original);
    expect([...original.keys()].map((path) => basename(path))).toHaveLength(13);
  });

  it('is refused after 2,000 changes of its ledger', () => refusesAll(contents(ledger), 2000), fuzzLimit);
  it(
    'is refused after 2,000 changes of its attestations',
    () => refusesAll(contents(statements), 2000),
    fuzzLimit,
  );
  it('is refused after 300 changes of any file', () => refusesAll(contents(all), 300), fuzzLimit);
  it('is refused after 300 changes of whole files', () => refusesAll(fileMutation, 300), fuzzLimit);
});
