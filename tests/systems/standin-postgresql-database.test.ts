import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Ground, postgresqlGround } from './standin-postgresql.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await postgresqlGround('sdata');
  await ground.sql('CREATE ROLE sdata_owner');
});
afterAll(() => ground.clear());

describe('Database', () => {
  it('is imported by name, and a program that names owner and name only shows no change', async () => {
    await ground.sql('CREATE DATABASE sdata_live OWNER sdata_owner', 'postgres');
    const state = await ground.databases.import('sdata_live');
    expect(state.inputs).toEqual({
      name: 'sdata_live',
      owner: 'sdata_owner',
      tablespaceName: 'pg_default',
      template: 'template0',
      encoding: 'UTF8',
      lcCollate: expect.any(String),
      lcCtype: expect.any(String),
    });
    expect((await ground.databases.diff(state.inputs, state)).changes).toEqual({});
    const short = { name: 'sdata_live', owner: 'sdata_owner' };
    expect((await ground.databases.diff(short, state)).changes).toEqual({});
  });

  it('is not taken over by a create: an existing database is an error', async () => {
    await expect(ground.databases.create({ name: 'sdata' })).rejects.toThrow('already exists');
  });

  it('is created from template0 in UTF8 for the connection user', async () => {
    const { outputs } = await ground.databases.create({ name: 'sdata_new' });
    expect(outputs).toMatchObject({
      name: 'sdata_new',
      template: 'template0',
      encoding: 'UTF8',
      connectionLimit: -1,
      allowConnections: true,
      isTemplate: false,
      owner: 'runner',
    });
  });

  it.each([
    ['template', 'template1'],
    ['encoding', 'LATIN1'],
    ['lcCollate', 'C.UTF-8'],
    ['lcCtype', 'C.UTF-8'],
  ])('is dropped and made anew, no question asked, when %s changes', async (name, value) => {
    const state = await ground.databases.import('sdata');
    const news = { ...state.inputs, [name]: value };
    expect(await ground.databases.diff(news, state)).toEqual({
      changes: { [name]: 'update' },
      replaces: [name],
    });
  });

  it('changes its other settings and its name in place', async () => {
    const state = await ground.databases.create({ name: 'sdata_first' });
    const news = { name: 'sdata_second', owner: 'sdata_owner', connectionLimit: 3, isTemplate: true };
    expect((await ground.databases.diff(news, state)).replaces).toEqual([]);
    const { outputs } = await ground.databases.update(news, state);
    expect(outputs).toMatchObject(news);
    expect(await ground.sql(`SELECT 1 FROM pg_database WHERE datname = 'sdata_first'`)).toEqual([]);
  });

  it('is read as gone when it is', async () => {
    const state = await ground.databases.create({ name: 'sdata_gone' });
    await ground.sql('DROP DATABASE sdata_gone', 'postgres');
    expect(await ground.databases.refresh(state)).toBeUndefined();
  });

  it('is left alone by previews', async () => {
    const created = await ground.databases.previewCreate({ name: 'sdata_preview' });
    const known = { name: 'sdata_preview', connectionLimit: -1, allowConnections: true };
    expect(created).toEqual({ id: '', outputs: known });
    const state = await ground.databases.import('sdata');
    await ground.databases.previewUpdate({ ...state.inputs, connectionLimit: 0 }, state);
    expect((await ground.databases.import('sdata')).outputs.connectionLimit).toBe(-1);
    expect(await ground.sql(`SELECT 1 FROM pg_database WHERE datname = 'sdata_preview'`)).toEqual([]);
  });
});

describe('deleting a Database', () => {
  it('throws out everybody who is in it', async () => {
    const state = await ground.databases.create({ name: 'sdata_busy' });
    const client = await ground.session('sdata_busy');
    await ground.databases.delete(state);
    await expect(client.query('SELECT 1')).rejects.toThrow();
    expect(await ground.databases.refresh(state)).toBeUndefined();
  });

  it('stops at a prepared transaction, but connections stay forbidden and sessions are gone', async () => {
    const state = await ground.databases.create({ name: 'sdata_prepared' });
    await ground.sql(`CREATE TABLE kept (id int)`, 'sdata_prepared');
    const writer = await ground.session('sdata_prepared');
    await writer.query('BEGIN; INSERT INTO kept VALUES (1)');
    await writer.query(`PREPARE TRANSACTION 'sdata'`);
    await expect(ground.databases.delete(state)).rejects.toThrow('SQLSTATE 55006');
    await expect(writer.query('SELECT 1')).rejects.toThrow();
    const read = await ground.databases.refresh(state);
    await ground.sql('ALTER DATABASE sdata_prepared ALLOW_CONNECTIONS true', 'postgres');
    await ground.sql(`ROLLBACK PREPARED 'sdata'`, 'sdata_prepared');
    expect(read?.outputs.allowConnections).toBe(false);
  });

  it('knows a template by its state only: one that became a template since is not dropped', async () => {
    const plain = await ground.databases.create({ name: 'sdata_template' });
    await ground.sql('ALTER DATABASE sdata_template IS_TEMPLATE true', 'postgres');
    await expect(ground.databases.delete(plain)).rejects.toThrow('cannot drop a template database');
    const seen = await ground.databases.refresh(plain);
    if (!seen) throw new Error('the database was not found');
    await ground.databases.delete(seen);
    expect(await ground.databases.refresh(seen)).toBeUndefined();
  });

  it('is an error when the database is gone already', async () => {
    const state = await ground.databases.create({ name: 'sdata_twice' });
    await ground.databases.delete(state);
    await expect(ground.databases.delete(state)).rejects.toThrow('does not exist');
  });
});
