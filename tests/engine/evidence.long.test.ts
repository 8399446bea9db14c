import { readdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { createStore } from '../../evidence/index.ts';
import { type FormerSettings, sealFormer } from '../../inventory/index.ts';
import { mayMount, smallDisk } from './disk.ts';
import { allButRefusals, entriesOf, everythingOf, part, textOf } from './records.ts';
import { approveStep, databaseOnly, keepRecords, newSystem, type System, walkTo, worldOf } from './system.ts';

const limit = 900_000;
const quickly = ['--skip-preview'];

/** Files of the ledger, in order. */
function ledgerOf({ loaded }: System): readonly string[] {
  const directory = join(loaded.evidenceStore, 'ledger');
  return readdirSync(directory)
    .sort()
    .map((name) => join(directory, name));
}

function overwrite(file: string, content: string): void {
  rmSync(file);
  writeFileSync(file, content);
}

/** Each damage done behind everybody's back, and what a preview then says; %FILE is the file that must be named. */
const damages: readonly {
  readonly what: string;
  readonly code: string;
  readonly hint: string;
  /** Returns the file that must be named. */
  readonly damage: (system: System) => Promise<string> | string;
}[] = [
  {
    what: 'an entry was changed',
    code: 'ledger-chain-broken',
    hint: 'restore',
    damage: (system) => {
      const [, changed = '', next = ''] = ledgerOf(system);
      overwrite(changed, readFileSync(changed, 'utf8').replace(/"time":"20\d\d/, '"time":"2019'));
      return next;
    },
  },
  {
    what: 'an entry is missing in the middle',
    code: 'ledger-entry-missing',
    hint: 'restore',
    damage: (system) => {
      const [, , missing = ''] = ledgerOf(system);
      unlinkSync(missing);
      return missing;
    },
  },
  {
    what: 'the last entry is missing',
    code: 'ledger-head-mismatch',
    hint: 'restore',
    damage: (system) => {
      const last = ledgerOf(system).at(-1) ?? '';
      unlinkSync(last);
      return last;
    },
  },
  {
    what: 'the store is gone',
    code: 'evidence-store-missing',
    hint: '',
    damage: ({ loaded }) => {
      renameSync(loaded.evidenceStore, `${loaded.evidenceStore}-elsewhere`);
      return loaded.evidenceStore;
    },
  },
  {
    what: 'the store is the one of another system',
    code: 'evidence-other-system',
    hint: 'correct evidenceStore in the inventory',
    damage: async ({ loaded }) => {
      rmSync(loaded.evidenceStore, { recursive: true });
      await createStore(loaded.evidenceStore, { system: 'another-crm', sandbox: true });
      return loaded.evidenceStore;
    },
  },
  {
    what: 'the former settings were edited',
    code: 'former-edited',
    hint: '',
    damage: ({ loaded }) => {
      const { former } = loaded.paths;
      writeFileSync(former, readFileSync(former, 'utf8').replace('"INSERT"', '"TRUNCATE"'));
      return former.split('/').at(-1) ?? '';
    },
  },
];

describe('the records of a system', () => {
  it(
    'stop every run when they were touched',
    async () => {
      const system = await newSystem(databaseOnly);
      await walkTo(system, 'active', quickly);
      const before = await worldOf(system);
      for (const { what, code, hint, damage } of damages) {
        await part(what, async () => {
          const records = keepRecords(system);
          const file = await damage(system);
          const run = await system.pulumi.preview();
          records.back();
          rmSync(`${system.loaded.evidenceStore}-elsewhere`, { recursive: true, force: true });
          expect(run.exitCode).toBe(1);
          for (const said of [`${code}: `, file, `HINT: ${hint}`]) expect(textOf(run)).toContain(said);
          expect(run.operations.filter(({ op }) => op === 'delete')).toEqual([]);
        });
      }

      await part('the former settings are others than the captured ones', async () => {
        const records = keepRecords(system);
        const untouched = await allButRefusals(system);
        const { former } = system.loaded.paths;
        const { digest, ...rest } = JSON.parse(
          readFileSync(former, 'utf8').replace('"INSERT"', '"TRUNCATE"'),
        ) as FormerSettings;
        const sealed = sealFormer(rest);
        expect(sealed.digest).not.toBe(digest);
        writeFileSync(former, JSON.stringify(sealed));
        const run = await system.pulumi.up(quickly);
        expect(run.exitCode).toBe(1);
        expect(textOf(run)).toMatch(
          /gate-evidence-missing: [^\n]*\n[^\n]*former-settings failed: captured were/,
        );
        expect(textOf(run)).toContain('HINT: git log -p');
        expect(await allButRefusals(system)).toEqual(untouched);
        records.back();
      });

      await part('unknown features and no notices at the first gate', async () => {
        const records = keepRecords(system);
        const inventory = parse(readFileSync(system.inventory, 'utf8')) as Record<string, object>;
        const features = { ...inventory.features, sms: 'unknown' };
        writeFileSync(system.inventory, stringify({ ...inventory, features, notices: [] }));
        await approveStep(system, 'read-only');
        const untouched = await allButRefusals(system);
        const run = await system.pulumi.up(quickly);
        expect(run.exitCode).toBe(1);
        for (const said of ['no notice was sent', 'unknown: sms', 'HINT: edit `features` in the inventory'])
          expect(textOf(run)).toContain(said);
        expect(await allButRefusals(system)).toEqual(untouched);
        expect((await entriesOf(system)).at(-1)?.body).toMatchObject({ kind: 'refusal', gate: 'read-only' });
        records.back();
      });

      await approveStep(system, 'read-only');
      for (const [state, code] of mayMount() ? unwritable : []) {
        await part(`the store is ${state}`, async () => {
          const disk = smallDisk(system.loaded.evidenceStore);
          if (state === 'full') disk.fill();
          else disk.makeReadOnly();
          try {
            const untouched = await everythingOf(system);
            const run = await system.pulumi.up(quickly);
            expect(run.exitCode).toBe(1);
            expect(textOf(run)).toContain(`${code}: `);
            expect(textOf(run)).toContain('HINT: ');
            expect(await everythingOf(system)).toEqual(untouched);
          } finally {
            disk.back();
          }
        });
      }
      expect(await worldOf(system)).toEqual(before);
    },
    limit,
  );

  if (!mayMount())
    it.skip('stop a run while the store is read-only or full: this user may not mount one', () => undefined);

  it(
    'open nothing by what is not built yet, unless the sandbox made them',
    async () => {
      const system = await newSystem(databaseOnly, { sandboxStore: false });
      await walkTo(system, 'active', quickly);
      await approveStep(system, 'read-only');
      const untouched = await allButRefusals(system);
      const run = await system.pulumi.up(quickly);
      expect(run.exitCode).toBe(1);
      expect(textOf(run)).toContain('not built yet, and this store was not created by the sandbox');
      expect(textOf(run)).toContain('HINT: wait for the version of this tool that can prove it');
      expect(await allButRefusals(system)).toEqual(untouched);
    },
    limit,
  );
});

const unwritable = [
  ['read-only', 'evidence-store-read-only'],
  ['full', 'evidence-store-full'],
] as const;
