import pg from 'pg';
import { within } from '../diagnostics/index.ts';
import type { World } from '../sandbox/slice/index.ts';

/** A module beside those of the sample CRM: a schema with one table, and a group role that may use it. */
export interface ExtraModule {
  readonly name: string;
  readonly role: string;
  readonly schema: string;
}

/** Makes `count` modules in the database of a world, as somebody would have made them with psql. */
export async function buildModules({ names, keys }: World, count: number): Promise<readonly ExtraModule[]> {
  const modules = Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(3, '0');
    return {
      name: `module-${number}`,
      role: `crm_module_${number}_${names.database}`,
      schema: `module_${number}`,
    };
  });
  const url = new URL(keys.urls.runner);
  url.pathname = `/${names.database}`;
  const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: 10_000 });
  await within('15 seconds', 'connecting to the sandbox database', client.connect());
  try {
    const script = modules.map((module) => moduleScript(module, names.owner)).join('\n');
    await within('1 minute', 'making modules in the sandbox database', client.query(script));
  } finally {
    await client.end();
  }
  return modules;
}

function moduleScript({ role, schema }: ExtraModule, owner: string): string {
  const [group, place, by] = [role, schema, owner].map(pg.escapeIdentifier);
  return `
    CREATE ROLE ${group} NOLOGIN;
    CREATE SCHEMA ${place} AUTHORIZATION ${by};
    CREATE TABLE ${place}.items (id integer PRIMARY KEY, label text NOT NULL);
    ALTER TABLE ${place}.items OWNER TO ${by};
    SET ROLE ${by};
    GRANT USAGE ON SCHEMA ${place} TO ${group};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${place} TO ${group};
    RESET ROLE;`;
}
