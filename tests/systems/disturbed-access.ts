/** A database whose rights are updated while a test disturbs the update. */
import { expect } from '@jest/globals';
import { createHash } from 'node:crypto';
import * as connectors from '../../connectors/index.ts';
import { type Json, packed } from '../../diagnostics/index.ts';
import type { AccessCuts } from '../../lifecycle/index.ts';
import { databaseAccess } from '../../provider/index.ts';
import type { Properties, State } from '../../provider/protocol.ts';
import type { Fate, Watch } from '../connectors/postgresql-proxy.ts';
import { callOf } from '../provider/handlers.ts';
import { testSandbox } from '../sandbox-name.ts';
import { type Ground, postgresqlGround } from './standin-postgresql.ts';

/** Of the update that is disturbed; `DBF_RUNNER_URL` is never disturbed. */
const credentials = 'env:DBF_URL';
const logins = { dbf_app: 'as before', dbf_bi: 'as before' } as const;
const open: AccessCuts = {
  logins,
  writes: 'as before',
  stillWritten: [],
  schemas: { dbf: 'as before' },
  otherSchemas: 'as before',
  columns: { 'dbf.contacts.id_no': 'as before' },
};
export const locked: AccessCuts = { ...open, logins: { ...logins, dbf_bi: 'locked' } };
export const closed: AccessCuts = {
  ...open,
  writes: 'blocked',
  schemas: { dbf: 'none' },
  logins: { dbf_app: 'removed', dbf_bi: 'locked' },
  columns: { 'dbf.contacts.id_no': 'none' },
};

const handler = databaseAccess(() => Promise.resolve(connectors));
const password = createHash('sha256').update('dbf').digest('hex');
export let ground: Ground;
/** The URL of the superuser, with nothing in between. */
export let runner: string;
let former: connectors.AccessPicture;
/** With everything open, before the update of the test. */
export let before: Picture;
/** With everything closed. */
export let after: Picture;

export type Picture = Pick<connectors.AccessPicture, 'roles' | 'memberships' | 'objects'>;

export async function picture(): Promise<Picture> {
  const found = await connectors.withDatabase('env:DBF_RUNNER_URL', 'dbf', connectors.readAccess);
  if (!found) throw new Error('no database');
  const { roles, memberships, objects } = connectors.withoutNeighbours(found, Object.keys(logins));
  return { roles, memberships, objects };
}

export async function update(cuts: AccessCuts, url: string): Promise<Properties> {
  process.env.DBF_URL = url;
  // Some of the other systems on the same server have logins that may read everything.
  const others = await ground.sql(`SELECT rolname FROM pg_roles WHERE rolname <> ALL ('{dbf_app,dbf_bi}')`);
  const outOfReach = others.map(({ rolname }) => rolname);
  const names = { credentials, database: 'dbf', exempt: [], outOfReach };
  const inputs = { ...names, former: packed(JSON.parse(JSON.stringify(former)) as Json), cuts };
  const state: State = { id: 'dbf', inputs, outputs: {} };
  return handler.update(inputs, state, callOf());
}

/** What the update that is not to succeed ends with. */
export async function failure(url: string, cuts = closed): Promise<string> {
  return update(cuts, url).then(
    () => 'it reported success',
    (error: unknown) => String(error),
  );
}

/** The same again, and nobody disturbs it. */
export async function again(): Promise<void> {
  expect(await update(closed, runner)).toMatchObject({ left: [], open: 0 });
  expect(await picture()).toEqual(after);
}

/** A login that is no superuser, as in a cloud. */
export function urlOf(login: string): string {
  const url = new URL(runner);
  Object.assign(url, { username: login, password });
  return url.href;
}

/** For beforeAll; `ground.clear` is for afterAll. */
export async function prepare(): Promise<void> {
  runner = testSandbox().env.CRM_DATABASE_URL ?? '';
  process.env.DBF_RUNNER_URL = runner;
  ground = await postgresqlGround('dbf');
  await ground.sql(`CREATE ROLE dbf_owner; CREATE ROLE dbf_app LOGIN; CREATE ROLE dbf_bi LOGIN;
    CREATE ROLE dbf_staff LOGIN CREATEROLE PASSWORD '${password}' CONNECTION LIMIT 3;
    GRANT dbf_owner TO dbf_staff; GRANT dbf_app, dbf_bi TO dbf_staff WITH ADMIN OPTION;
    ALTER DATABASE dbf OWNER TO dbf_owner;
    CREATE SCHEMA dbf AUTHORIZATION dbf_owner; SET ROLE dbf_owner;
    CREATE TABLE dbf.contacts (id serial PRIMARY KEY, name text, id_no text);
    CREATE TABLE dbf.notes (id serial PRIMARY KEY);
    GRANT USAGE, CREATE ON SCHEMA dbf TO dbf_app;
    GRANT ALL ON ALL TABLES IN SCHEMA dbf TO dbf_app;
    GRANT SELECT ON dbf.contacts TO dbf_bi;
    SET ROLE dbf_app; CREATE TABLE dbf.drafts (id int)`);
  former = { ...(await picture()), runner: 'runner' };
  await update(closed, runner);
  after = await picture();
}

/** For beforeEach. */
export async function openAgain(): Promise<void> {
  await update(open, runner);
  before = await picture();
}

/** Does something, once, when a statement comes by. */
export function at(statement: RegExp, act: () => Fate | Promise<Fate>): Watch {
  let met = false;
  return (text) => {
    if (met || !statement.test(text)) return 'passes';
    met = true;
    return act();
  };
}
