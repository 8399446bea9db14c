import { afterAll, describe, expect, it } from '@jest/globals';
import * as nodeFileSystem from 'node:fs/promises';
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createStore, openStore, type StoreOptions } from '../../evidence/index.ts';
import { codesOf, errorOf, hex, newStore, removeTemporary, temporaryDirectory } from './temporary.ts';

afterAll(removeTemporary);

type FileSystem = NonNullable<StoreOptions['fs']>;

/** The real file system with one function that always fails as the operating system would. */
function failing(name: keyof FileSystem, code: string): FileSystem {
  const fail = () => Promise.reject(Object.assign(new Error(code), { code }));
  return { ...nodeFileSystem, [name]: fail };
}

const slice = { system: 'slice-crm', sandbox: false };
const captured = { kind: 'captured', formerDigest: hex('f'), inventoryDigest: hex('e') } as const;

describe('createStore', () => {
  it('makes a store whose ledger begins with its creation', async () => {
    const store = await newStore({ sandbox: true });
    const { entries, sandbox, system } = await store.ledger();
    expect(entries.map(({ body }) => body.kind)).toEqual(['store-created']);
    expect([sandbox, system, store.sandbox, store.system]).toEqual([true, 'slice-crm', true, 'slice-crm']);
    expect((await readdir(store.directory)).sort()).toEqual([
      'attestations',
      'key',
      'ledger',
      'names',
      'store.json',
    ]);
  });

  it('keeps the key for its owner and makes everything else read-only', async () => {
    const { directory } = await newStore();
    const modes = await Promise.all(
      ['key', 'store.json', 'ledger/00000001.json'].map(async (name) => {
        return ((await stat(join(directory, name))).mode & 0o777).toString(8);
      }),
    );
    expect(modes).toEqual(['600', '444', '444']);
  });

  it('refuses a directory that is a store already and leaves it alone', async () => {
    const { directory } = await newStore();
    expect(await codesOf(createStore(directory, { system: 'other', sandbox: true }))).toEqual([
      'evidence-store-exists',
    ]);
    expect((await openStore(directory)).system).toBe('slice-crm');
  });

  it('refuses a directory with other things in it', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'holiday.jpg'), '');
    const error = await errorOf(createStore(directory, slice));
    expect(error.problems[0].code).toBe('evidence-directory-in-use');
    expect(error.message).toContain('holiday.jpg');
  });

  it('refuses a path that is a file', async () => {
    const path = join(await temporaryDirectory(), 'file');
    await writeFile(path, '');
    expect(await codesOf(createStore(path, slice))).toEqual(['evidence-not-a-store']);
  });

  it.each(['key', 'ledger', 'store.json'])(
    'finishes a creation that was interrupted before %s',
    async (at) => {
      const { directory } = await newStore();
      await rm(join(directory, 'store.json'), { force: true });
      if (at !== 'store.json') await rm(join(directory, 'ledger'), { recursive: true });
      if (at === 'key') await rm(join(directory, 'key'));
      expect(await codesOf(openStore(directory))).toEqual(['evidence-not-a-store']);
      await createStore(directory, slice);
      expect((await (await openStore(directory)).ledger()).entries).toHaveLength(1);
    },
  );

  it('does not take a store that lost its store.json for an interrupted creation', async () => {
    const store = await newStore();
    await store.append(captured);
    await rm(join(store.directory, 'store.json'));
    expect(await codesOf(createStore(store.directory, slice))).toEqual(['evidence-directory-in-use']);
  });

  it('lets exactly one of several creators at once win', async () => {
    const directory = join(await temporaryDirectory(), 'evidence');
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => createStore(directory, slice)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await (await openStore(directory)).ledger()).entries).toHaveLength(1);
  });
});

describe('openStore', () => {
  it('says that there is no such directory', async () => {
    const missing = join(await temporaryDirectory(), 'nowhere');
    const error = await errorOf(openStore(missing));
    expect(error.problems[0]).toMatchObject({ code: 'evidence-store-missing', exit: 'evidence' });
    expect(error.message).toContain(missing);
  });

  it('says that a directory or a file is no store', async () => {
    const directory = await temporaryDirectory();
    expect(await codesOf(openStore(directory))).toEqual(['evidence-not-a-store']);
    await writeFile(join(directory, 'file'), '');
    expect(await codesOf(openStore(join(directory, 'file')))).toEqual(['evidence-not-a-store']);
  });

  it("refuses another system's store and names both", async () => {
    const { directory } = await newStore();
    const error = await errorOf(openStore(directory, { system: 'other-crm' }));
    expect(error.problems[0].code).toBe('evidence-other-system');
    expect(error.message).toMatch(/slice-crm.*other-crm/s);
  });

  it('finds a store.json that was changed, even to something plausible', async () => {
    const { directory } = await newStore({ sandbox: false });
    const path = join(directory, 'store.json');
    const text = await readFile(path, 'utf8');
    await chmod(path, 0o644);
    for (const other of [text.replace('false', 'true'), `${text} `, '{}', '', text.replace('"key', '"Key')]) {
      await writeFile(path, other);
      const error = await errorOf(openStore(directory));
      expect(error.problems[0].code).toBe('evidence-store-damaged');
      expect(error.message).toContain(path);
    }
  });

  it.each([
    ['ENOSPC', 'evidence-store-full'],
    ['EDQUOT', 'evidence-store-full'],
    ['EROFS', 'evidence-store-read-only'],
    ['EACCES', 'evidence-store-read-only'],
    ['EIO', 'evidence-store-failed'],
  ])('for writing, tells %s from the rest before anything depends on it', async (errno, code) => {
    const { directory } = await newStore();
    expect(await codesOf(openStore(directory, { fs: failing('open', errno) }))).toEqual([code]);
  });

  it.each([
    ['EACCES', 'evidence-store-unreadable'],
    ['EIO', 'evidence-store-failed'],
  ])('tells a store that cannot be read (%s)', async (errno, code) => {
    const { directory } = await newStore();
    for (const name of ['readdir', 'readFile'] as const) {
      const options = { fs: failing(name, errno), mode: 'read' } as const;
      expect(await codesOf(openStore(directory, options))).toEqual([code]);
    }
  });

  it('for reading, writes nothing: it opens and reads on a read-only file system', async () => {
    const { directory } = await newStore();
    const before = await readdir(directory, { recursive: true });
    const store = await openStore(directory, { mode: 'read', fs: failing('open', 'EROFS') });
    expect((await store.ledger()).entries).toHaveLength(1);
    expect(await codesOf(store.append(captured))).toEqual(['evidence-opened-for-reading']);
    expect(await codesOf(store.rememberName('Ada'))).toEqual(['evidence-opened-for-reading']);
    expect(await readdir(directory, { recursive: true })).toEqual(before);
  });

  it('leaves no trace of trying whether the store can be written', async () => {
    const { directory } = await newStore();
    const before = await readdir(directory, { recursive: true });
    await openStore(directory);
    expect(await readdir(directory, { recursive: true })).toEqual(before);
  });

  it('never reads what a crash left behind', async () => {
    const store = await newStore();
    for (const room of ['.', 'ledger', 'attestations', 'names']) {
      await writeFile(join(store.directory, room, '.partial-1b4e28ba'), '{"half": ');
    }
    await store.append(captured);
    expect((await store.ledger()).entries).toHaveLength(2);
  });
});

describe('a store that fails while it is written', () => {
  it.each([
    ['open', 'ENOSPC', 'evidence-store-full'],
    ['link', 'ENOSPC', 'evidence-store-full'],
    ['link', 'EROFS', 'evidence-store-read-only'],
    ['link', 'EPERM', 'evidence-store-no-links'],
    ['link', 'ENOTSUP', 'evidence-store-no-links'],
    ['link', 'EIO', 'evidence-store-failed'],
  ] as const)('%s: %s is %s, and no entry is made', async (name, errno, code) => {
    const { directory } = await newStore();
    let broken = false;
    const real: FileSystem = nodeFileSystem;
    const fail = failing(name, errno);
    const fs = new Proxy(real, { get: (_, key: keyof FileSystem) => (broken ? fail : real)[key] });
    const store = await openStore(directory, { fs });
    broken = true;
    const error = await errorOf(store.append(captured));
    expect(error.problems[0]).toMatchObject({ code, exit: 'evidence' });
    expect(error.message).toContain('00000002.json');
    broken = false;
    expect((await store.ledger()).entries).toHaveLength(1);
    expect((await readdir(join(directory, 'ledger'))).sort()).toEqual(['00000001.json']);
  });
});

describe('names', () => {
  it('refuses to hash with a key that is not the one of the store', async () => {
    const store = await newStore();
    await writeFile(join(store.directory, 'key'), hex('0'));
    expect(await codesOf(store.rememberName('Ada'))).toEqual(['evidence-key-damaged']);
    await writeFile(join(store.directory, 'key'), 'no key');
    expect(await codesOf(store.rememberName('Ada'))).toEqual(['evidence-key-damaged']);
    await rm(join(store.directory, 'key'));
    expect(await codesOf(store.rememberName('Ada'))).toEqual(['evidence-key-missing']);
    expect((await store.ledger()).entries).toHaveLength(1);
  });

  it('notices a name file that was changed or moved to another person', async () => {
    const store = await newStore();
    const [ada, grace] = [await store.rememberName('Ada'), await store.rememberName('Grace')];
    const path = (hash: string) => join(store.directory, 'names', `${hash}.json`);
    await chmod(path(ada), 0o644);
    await writeFile(path(ada), await readFile(path(grace)));
    expect(await codesOf(store.nameOf(ada))).toEqual(['evidence-name-damaged']);
    await writeFile(path(ada), '{}');
    expect(await codesOf(store.nameOf(ada))).toEqual(['evidence-name-damaged']);
    expect(await store.nameOf(grace)).toBe('Grace');
  });
});

describe('attestations', () => {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1' as const,
    subject: [{ name: 'archive', digest: { sha256: hex('a') } }],
    predicateType: 'urn:crm-teardown:test:v1',
    predicate: { rows: 3 },
  };

  it('are named by the digest of their bytes, the same one twice is one file', async () => {
    const store = await newStore();
    const hash = await store.attest(statement);
    expect(await store.attest(statement)).toBe(hash);
    expect(await readdir(join(store.directory, 'attestations'))).toEqual([`${hash}.json`]);
    expect(await store.attestation(hash)).toEqual(statement);
  });

  it('without a subject, or of another shape, are refused', async () => {
    const store = await newStore();
    expect(await codesOf(store.attest({ ...statement, subject: [] }))).toEqual([
      'evidence-attestation-invalid',
    ]);
    expect(await codesOf(store.attestation(hex('9')))).toEqual(['evidence-attestation-missing']);
  });

  it('are not overwritten when a changed one lies in their place', async () => {
    const store = await newStore();
    const hash = await store.attest(statement);
    const path = join(store.directory, 'attestations', `${hash}.json`);
    await chmod(path, 0o644);
    await writeFile(path, 'changed');
    expect(await codesOf(store.attest(statement))).toEqual(['evidence-attestation-damaged']);
    await rm(path);
    await mkdir(path);
    expect(await codesOf(store.attestation(hash))).toEqual(['evidence-store-damaged']);
  });
});
