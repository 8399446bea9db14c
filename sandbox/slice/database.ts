import pg from 'pg';
import { type DatabasePicture, inDatabase, readDatabase, withServer } from '../database-picture.ts';
import type { WorldNames } from './names.ts';

/** Passwords of the log-in roles, by role name. */
export type Passwords = Readonly<Record<string, string>>;

/** The CRM's roles, database, tables and rows, as somebody would have made them with psql. */
export async function buildDatabase(url: string, names: WorldNames, passwords: Passwords): Promise<void> {
  const q = quotedNames(names);
  await withServer(url, async (query) => {
    for (const group of [q.owner, q.contacts, q.documents]) await query(`CREATE ROLE ${group} NOLOGIN`);
    for (const [login, password] of Object.entries(passwords)) {
      await query(`CREATE ROLE ${pg.escapeIdentifier(login)} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
    }
    await query(`ALTER ROLE ${q.administrator} CREATEROLE`);
    await query(`GRANT ${q.contacts}, ${q.documents} TO ${q.application}`);
    await query(`GRANT ${q.contacts} TO ${q.erp}`);
    await query(`GRANT ${q.owner} TO ${q.administrator}, ${q.breakGlass}`);
    await query(`CREATE DATABASE ${q.database} OWNER ${q.owner}`);
  });
  await withServer(inDatabase(url, names.database), (query) => query(contentsOf(q)));
}

/** One script, one transaction: schemas, tables, rows and the rights of the two groups. */
function contentsOf(q: WorldNames): string {
  const rights = (schema: string, group: string): string => `
    GRANT USAGE ON SCHEMA ${schema} TO ${group};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${group};`;
  return `
    SET ROLE ${q.owner};
    CREATE SCHEMA crm;
    CREATE SCHEMA kyc;
    CREATE TABLE crm.contacts (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL, email text NOT NULL UNIQUE, phone text, since date NOT NULL);
    CREATE TABLE crm.orders (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      contact integer NOT NULL REFERENCES crm.contacts, placed timestamptz NOT NULL, total numeric(12, 2) NOT NULL);
    CREATE TABLE kyc.documents (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      contact integer NOT NULL REFERENCES crm.contacts, kind text NOT NULL, content bytea NOT NULL);
    INSERT INTO crm.contacts (name, email, phone, since)
      SELECT 'Contact ' || n, 'contact' || n || '@example.test', '+49 30 5550' || n, date '2020-01-01' + n
      FROM generate_series(1, 40) n;
    INSERT INTO crm.orders (contact, placed, total)
      SELECT 1 + n % 40, timestamptz '2025-01-01 12:00+00' + n * interval '1 hour', 10 + n
      FROM generate_series(1, 120) n;
    INSERT INTO kyc.documents (contact, kind, content)
      SELECT n, 'passport', convert_to('scan ' || n, 'UTF8') FROM generate_series(1, 20) n;
    ${rights('crm', q.contacts)}
    ${rights('kyc', q.documents)}
    RESET ROLE;`;
}

export function readSliceDatabase(url: string, names: WorldNames): Promise<DatabasePicture> {
  return readDatabase(url, { database: names.database, roles: Object.values(databaseRoles(names)) });
}

function databaseRoles(names: WorldNames): Readonly<Record<string, string>> {
  const { owner, contacts, documents, application, erp, administrator, breakGlass } = names;
  return { owner, contacts, documents, application, erp, administrator, breakGlass };
}

function quotedNames(names: WorldNames): WorldNames {
  const quoted: Record<keyof WorldNames, string> = { ...names };
  for (const key of Object.keys(names) as (keyof WorldNames)[]) quoted[key] = pg.escapeIdentifier(names[key]);
  return quoted;
}
