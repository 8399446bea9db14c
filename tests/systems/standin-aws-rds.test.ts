import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { cloud, type Cloud } from './standin-aws.ts';

let aws: Cloud;
beforeAll(async () => {
  aws = await cloud();
});

/** An instance as somebody clicked it together. */
async function instance(identifier: string, more: object = {}): Promise<string> {
  await aws.rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: identifier,
      DBInstanceClass: 'db.t3.micro',
      Engine: 'postgres',
      AllocatedStorage: 20,
      MasterUsername: 'crm_master',
      MasterUserPassword: 'not-a-secret',
      DeletionProtection: true,
      ...more,
    }),
  );
  return identifier;
}

async function protect(identifier: string, on: boolean): Promise<void> {
  const change = { DBInstanceIdentifier: identifier, DeletionProtection: on };
  await aws.rds.send(new ModifyDBInstanceCommand(change));
}

async function live(identifier: string) {
  const all = await aws.rds.send(new DescribeDBInstancesCommand({}));
  return all.DBInstances?.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === identifier);
}

async function snapshots(): Promise<(string | undefined)[]> {
  const all = await aws.rds.send(new DescribeDBSnapshotsCommand({}));
  return (all.DBSnapshots ?? []).map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier);
}

/** What the program says of an instance that is to be kept: the safe values, and the lock. */
function program(identifier: string, more: object = {}) {
  return {
    identifier,
    instanceClass: 'db.t3.micro',
    engine: 'postgres',
    allocatedStorage: 20,
    username: 'crm_master',
    deletionProtection: true,
    skipFinalSnapshot: false,
    deleteAutomatedBackups: false,
    ...more,
  };
}

/** Names of the API calls that `work` makes, reads left out. */
async function writes(work: () => Promise<unknown>): Promise<string[]> {
  const sent: string[] = [];
  const send = Reflect.get(Object.getPrototypeOf(Object.getPrototypeOf(aws.rds)) as object, 'send') as (
    command: object,
  ) => Promise<unknown>;
  const spy = jest
    .spyOn(Object.getPrototypeOf(Object.getPrototypeOf(aws.rds)) as { send: typeof send }, 'send')
    .mockImplementation(function (this: unknown, command) {
      sent.push(command.constructor.name);
      return send.call(this, command);
    });
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  return sent.filter((name) => !name.startsWith('Describe'));
}

describe('Instance', () => {
  it('is imported by its identifier under values with which a delete leaves nothing, and without a password', async () => {
    const state = await aws.instances.import(await instance('rds-import'));
    expect(state.id).toMatch(/^db-/);
    expect(state.inputs).toMatchObject({ identifier: 'rds-import', skipFinalSnapshot: true });
    expect(state.outputs).toMatchObject({ skipFinalSnapshot: true, deleteAutomatedBackups: true });
    expect(state.outputs).not.toHaveProperty('finalSnapshotIdentifier');
    expect(state.outputs).not.toHaveProperty('password');
    expect((await aws.instances.diff(state.inputs, state)).changes).toEqual({});
  });

  it('gets its safe values by an update that calls nothing', async () => {
    const state = await aws.instances.import(await instance('rds-safe'));
    const news = program('rds-safe', { finalSnapshotIdentifier: 'rds-safe-final', applyImmediately: true });
    expect(await aws.instances.diff(news, state)).toEqual({
      changes: {
        skipFinalSnapshot: 'update',
        deleteAutomatedBackups: 'update',
        finalSnapshotIdentifier: 'add',
        applyImmediately: 'add',
      },
      replaces: [],
    });
    expect(await writes(() => aws.instances.update(news, state))).toEqual([]);
    const updated = await aws.instances.update(news, state);
    expect((await aws.instances.diff(news, updated)).changes).toEqual({});
    const refreshed = await aws.instances.refresh(updated);
    expect(refreshed?.outputs).toEqual(updated.outputs);
  });

  it('sends deletion protection only when program and state differ', async () => {
    const state = await aws.instances.import(await instance('rds-flag'));
    await protect('rds-flag', false);
    // A call is made, for the password; it does not bring the flag along.
    await aws.instances.update(program('rds-flag', { password: 'another-one' }), state);
    expect((await live('rds-flag'))?.DeletionProtection).toBe(false);
    const seen = await aws.instances.refresh(state);
    if (!seen) throw new Error('the instance was not found');
    expect((await aws.instances.diff(program('rds-flag'), seen)).changes).toMatchObject({
      deletionProtection: 'update',
    });
    await aws.instances.update(program('rds-flag'), seen);
    expect((await live('rds-flag'))?.DeletionProtection).toBe(true);
  });

  it('takes protection that the program leaves out as a wish to be without', async () => {
    const state = await aws.instances.import(await instance('rds-without'));
    const { deletionProtection, ...news } = program('rds-without');
    expect(deletionProtection).toBe(true);
    expect((await aws.instances.diff(news, state)).changes).toMatchObject({ deletionProtection: 'delete' });
    await aws.instances.update(news, state);
    expect((await live('rds-without'))?.DeletionProtection).toBe(false);
  });

  it.each([
    ['engine', 'mysql'],
    ['username', 'other'],
    ['identifier', 'rds-other'],
  ])('is replaced when %s changes', async (name, value) => {
    const state = await aws.instances.import(await instance(`rds-replace-${name}`));
    const { replaces } = await aws.instances.diff({ ...state.inputs, [name]: value }, state);
    expect(replaces).toEqual([name]);
  });

  it('is created with its lock and its tags, and an existing one is an error', async () => {
    const news = program('rds-new', { password: 'not-a-secret', tags: { system: 'crm' } });
    const state = await aws.instances.create(news);
    expect(state.outputs).toMatchObject({
      identifier: 'rds-new',
      deletionProtection: true,
      tags: { system: 'crm' },
    });
    const retagged = await aws.instances.update({ ...news, tags: { owner: 'me' } }, state);
    expect(retagged.outputs.tags).toEqual({ owner: 'me' });
    await expect(aws.instances.create(news)).rejects.toThrow('DBInstanceAlreadyExists');
  });

  it.each([
    [{ instanceClass: 'db.t3.large' }, 'change of instanceClass'],
    [{ finalSnapshotIdentifier: 'ends-in-' }, 'finalSnapshotIdentifier'],
    [{ region: 'us-east-1' }, 'region'],
    [{ snapshotIdentifier: 'other' }, 'snapshotIdentifier: unknown property'],
  ])('refuses %j', async (more, message) => {
    const identifier = `rds-refuse-${Object.keys(more).join('').toLowerCase()}`;
    const state = await aws.instances.import(await instance(identifier));
    await expect(aws.instances.update(program(identifier, more), state)).rejects.toThrow(message);
  });

  it('is left alone by previews, and what it cannot know is not made up', async () => {
    const created = await aws.instances.previewCreate(program('rds-preview'));
    expect(created).toMatchObject({ id: '', outputs: program('rds-preview') });
    for (const computed of ['arn', 'status', 'resourceId', 'engineVersion']) {
      expect(created.outputs).not.toHaveProperty(computed);
    }
    const state = await aws.instances.import(await instance('rds-preview'));
    const shown = await aws.instances.previewUpdate(
      program('rds-preview', { deletionProtection: false }),
      state,
    );
    expect(shown).toMatchObject({ deletionProtection: false, arn: state.outputs.arn });
    expect((await live('rds-preview'))?.DeletionProtection).toBe(true);
  });
});

describe('deleting an Instance', () => {
  const final = { finalSnapshotIdentifier: 'rds-final' };

  it('straight after its import leaves nothing', async () => {
    const state = await aws.instances.import(await instance('rds-straight', { DeletionProtection: false }));
    await aws.instances.delete(state);
    expect(await live('rds-straight')).toBeUndefined();
    expect((await snapshots()).filter((name) => name?.includes('rds-straight'))).toEqual([]);
  });

  it('is refused without a final snapshot name and without leave to skip it, although the simulator would do it', async () => {
    const imported = await aws.instances.import(
      await instance('rds-nameless', { DeletionProtection: false }),
    );
    const state = await aws.instances.update(
      program('rds-nameless', { deletionProtection: false }),
      imported,
    );
    await expect(aws.instances.delete(state)).rejects.toThrow('finalSnapshotIdentifier is required');
    expect(await live('rds-nameless')).toBeDefined();
  });

  it('reads state and not the program', async () => {
    const state = await aws.instances.import(await instance('rds-state', { DeletionProtection: false }));
    await aws.instances.delete({
      ...state,
      inputs: program('rds-state', { finalSnapshotIdentifier: 'rds-unwritten' }),
    });
    expect(await snapshots()).not.toContain('rds-unwritten');
  });

  it('is refused by deletion protection', async () => {
    const imported = await aws.instances.import(await instance('rds-locked'));
    const state = await aws.instances.update(program('rds-locked', final), imported);
    await expect(aws.instances.delete(state)).rejects.toThrow('disable deletion protection');
    expect(await live('rds-locked')).toBeDefined();
  });

  it('passes, final snapshot included, once the flag was lifted with the state untouched', async () => {
    const imported = await aws.instances.import(await instance('rds-lifted'));
    const lifted = { finalSnapshotIdentifier: 'rds-lifted-final' };
    const state = await aws.instances.update(program('rds-lifted', lifted), imported);
    await protect('rds-lifted', false);
    expect(state.outputs.deletionProtection).toBe(true);
    await aws.instances.delete(state);
    expect(await live('rds-lifted')).toBeUndefined();
    expect(await snapshots()).toContain('rds-lifted-final');
  });

  it('lifts a protection it does not know of by itself, if state says applyImmediately', async () => {
    const imported = await aws.instances.import(await instance('rds-self', { DeletionProtection: false }));
    const open = {
      deletionProtection: false,
      applyImmediately: true,
      finalSnapshotIdentifier: 'rds-self-final',
    };
    const state = await aws.instances.update(program('rds-self', open), imported);
    await protect('rds-self', true);
    const patient = { ...state, outputs: { ...state.outputs, applyImmediately: false } };
    await expect(aws.instances.delete(patient)).rejects.toThrow('disable deletion protection');
    await aws.instances.delete(state);
    expect(await live('rds-self')).toBeUndefined();
  });

  it('fails on a final snapshot name that is taken, and keeps the instance', async () => {
    const imported = await aws.instances.import(await instance('rds-taken', { DeletionProtection: false }));
    await aws.rds.send(
      new CreateDBSnapshotCommand({
        DBInstanceIdentifier: 'rds-taken',
        DBSnapshotIdentifier: 'rds-taken-final',
      }),
    );
    const taken = { deletionProtection: false, finalSnapshotIdentifier: 'rds-taken-final' };
    const state = await aws.instances.update(program('rds-taken', taken), imported);
    await expect(aws.instances.delete(state)).rejects.toThrow('DBSnapshotAlreadyExists');
    expect(await live('rds-taken')).toBeDefined();
  });

  it('that is gone already is done, and reading it finds nothing', async () => {
    const state = await aws.instances.import(await instance('rds-gone', { DeletionProtection: false }));
    await aws.instances.delete(state);
    await aws.instances.delete(state);
    expect(await aws.instances.refresh(state)).toBeUndefined();
  });
});

describe('Snapshot', () => {
  it('is taken, is imported under the same values, and its name can be taken only once', async () => {
    await instance('snap-source');
    const news = {
      dbInstanceIdentifier: 'snap-source',
      dbSnapshotIdentifier: 'snap-one',
      tags: { keep: 'yes' },
    };
    const state = await aws.snapshots.create(news);
    expect(state).toMatchObject({ id: 'snap-one', outputs: { ...news, status: 'available' } });
    expect((await aws.snapshots.import('snap-one')).inputs).toEqual({ ...news, region: aws.region });
    await expect(aws.snapshots.create(news)).rejects.toThrow('DBSnapshotAlreadyExists');
  });

  it('is replaced by another name or instance, outlives its instance and goes when it is deleted', async () => {
    await instance('snap-mortal', { DeletionProtection: false });
    const news = { dbInstanceIdentifier: 'snap-mortal', dbSnapshotIdentifier: 'snap-two' };
    const state = await aws.snapshots.create(news);
    const other = await aws.snapshots.diff({ dbInstanceIdentifier: 'x', dbSnapshotIdentifier: 'y' }, state);
    expect(other.replaces).toEqual(['dbInstanceIdentifier', 'dbSnapshotIdentifier']);
    await aws.instances.delete(await aws.instances.import('snap-mortal'));
    expect(await aws.snapshots.refresh(state)).toEqual(state);
    await aws.snapshots.delete(state);
    expect(await aws.snapshots.refresh(state)).toBeUndefined();
  });

  it('is shared with nobody', async () => {
    const news = { dbInstanceIdentifier: 'a', dbSnapshotIdentifier: 'b', sharedAccounts: ['all'] };
    await expect(aws.snapshots.create(news)).rejects.toThrow('sharedAccounts: unknown property');
  });
});
