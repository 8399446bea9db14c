import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { everythingOf, part, stateFile, textOf, without } from './records.ts';
import { databaseOnly, newSystem, positionOf, type System, worldOf } from './system.ts';

const limit = 900_000;

type Document = Record<string, unknown>;

/** An edit of the inventory's text or value, and what is said of it: codes, and places as line:column where known. */
const inventories: readonly {
  readonly what: string;
  readonly edit: (text: string) => string;
  readonly says: readonly (string | RegExp)[];
}[] = [
  {
    what: 'not YAML',
    edit: (text) => `${text}\nservices: [ {\n`,
    says: [/inventory-not-yaml: [^\n]*inventory\.yaml:\d+:\d+\)/],
  },
  {
    what: 'wrong type, unknown key, no ownership, all in one run',
    edit: edited((inventory) => {
      const database = without(inventory.database as Document, 'ownership');
      return { ...inventory, database, timing: 'soon', colour: 'red' };
    }),
    says: [
      /inventory-missing-key: [^\n]*inventory\.yaml:\d+:\d+\)\n[^\n]*ownership/,
      /inventory-wrong-type: [^\n]*inventory\.yaml:\d+:\d+\)\n[^\n]*timing/,
      /inventory-unknown-key: [^\n]*inventory\.yaml:\d+:\d+\)\n[^\n]*colour/,
    ],
  },
  {
    what: 'duplicate name, dangling reference, merge of waves that are no neighbours, all in one run',
    edit: edited(({ modules, ...rest }) => {
      const [first, second] = modules as Document[];
      const again = { ...second, name: first?.name, data: ['invoices', 'contact'] };
      return { ...rest, modules: [first, again], together: [['sensitive', 'services']] };
    }),
    says: [
      /inventory-duplicate-name: [^\n]*inventory\.yaml:\d+:\d+\)/,
      /inventory-dangling-reference: [^\n]*inventory\.yaml:\d+:\d+\)\n[^\n]*invoices/,
      /inventory-merge: [^\n]*inventory\.yaml:\d+:\d+\)/,
    ],
  },
];

function edited(change: (inventory: Document) => Document): (text: string) => string {
  return (text) => stringify(change(parse(text) as Document));
}

/** Live systems that cannot be looked at, as changes of the environment. */
function outOfReach({ world }: System): readonly (readonly [string, string, string])[] {
  const closed = new URL(world.environment.CRM_DATABASE_URL);
  closed.port = '1';
  const strange = new URL(world.environment.CRM_DATABASE_URL);
  strange.username = 'nobody_known';
  strange.password = 'mistaken-secret';
  return [
    ['an unreachable database', closed.href, 'connector-unreachable'],
    ['wrong credentials', strange.href, 'connector-credentials-refused'],
  ];
}

describe('bad input', () => {
  it(
    'is refused with its code, its place and a hint, and changes nothing',
    async () => {
      const system = await newSystem(databaseOnly);
      const before = await worldOf(system);
      const right = readFileSync(system.inventory, 'utf8');
      const refused = async (verb: 'preview' | 'up', env: Record<string, string> = {}): Promise<string> => {
        const run = await system.pulumi[verb](verb === 'up' ? ['--skip-preview'] : [], { env });
        expect(run.exitCode).toBe(1);
        expect(textOf(run)).toContain('HINT: ');
        expect(textOf(run)).not.toMatch(/mistaken-secret|at Object\.|node_modules|run-ended-early/);
        return textOf(run);
      };

      await part('no inventory', async () => {
        system.pulumi.configure({ inventory: `${system.inventory}.missing` });
        const text = await refused('up');
        expect(text).toContain('inventory-missing: There is no inventory file at this place');
        expect(text).toContain(`${system.inventory}.missing`);
        system.pulumi.configure({ inventory: system.inventory });
      });
      for (const { what, edit, says } of inventories) {
        await part(what, async () => {
          writeFileSync(system.inventory, edit(right));
          const text = await refused('preview');
          writeFileSync(system.inventory, right);
          for (const said of says) expect(text).toMatch(said);
        });
      }
      await part('no evidence store', async () => {
        renameSync(system.loaded.evidenceStore, `${system.loaded.evidenceStore}-away`);
        const text = await refused('up');
        renameSync(`${system.loaded.evidenceStore}-away`, system.loaded.evidenceStore);
        expect(text).toContain('evidence-store-missing: There is no evidence store');
        expect(text).toContain(system.loaded.evidenceStore);
      });
      for (const [what, url, code] of outOfReach(system)) {
        await part(what, async () => {
          expect(await refused('up', { CRM_DATABASE_URL: url })).toContain(`${code}: `);
        });
      }
      expect(await worldOf(system)).toEqual(before);
      expect(await positionOf(system)).toBeUndefined();
      const { resources } = (await everythingOf(system)) as { resources: readonly { type: string }[] };
      const ours = resources.filter(({ type }) => !type.startsWith('pulumi:'));
      expect(ours).toEqual([]);
      expect(readFileSync(stateFile(system), 'utf8')).not.toContain('mistaken-secret');
    },
    limit,
  );
});
