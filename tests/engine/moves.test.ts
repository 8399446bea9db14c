import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isKind } from '../../evidence/index.ts';
import {
  allButRefusals,
  beforeGrants,
  databaseAndBucket,
  entriesOf,
  everythingOf,
  keepState,
  merged,
  part,
  textOf,
  undisturbed,
  without,
  withdrawApproval,
} from './records.ts';
import { approveStep, databaseOnly, moveTo, newSystem, positionOf, walkTo, worldOf } from './system.ts';

const limit = 900_000;
const waves = merged(['sensitive', 'modules', 'services']);
const quickly = ['--skip-preview'];
const full = process.env.FULL === '1';

const wrongStages = [
  ['revoked/services', 'gate-move-refused', 'stage read-only', 'one step forward at a time'],
  ['readonly', 'gate-move-refused', 'stage active', 'no such step'],
  ['', 'settings-missing', 'stage active', 'is blank'],
] as const;

describe('a way forward and back', () => {
  it(
    'leads through the gate only, and ends in the world that was captured',
    async () => {
      const system = await newSystem((inventory) => waves(databaseAndBucket(inventory)));
      const before = await worldOf(system);

      await part('a new stack starts at active only', async () => {
        system.pulumi.configure({ stage: 'read-only' });
        const run = await system.pulumi.up();
        expect(run.exitCode).toBe(1);
        expect(textOf(run)).toContain('gate-move-refused');
        expect(textOf(run)).toContain('HINT: pulumi config set stage active');
        expect(await worldOf(system)).toEqual(before);
        expect(await positionOf(system)).toBeUndefined();
        await moveTo(system, 'active');
        expect(await worldOf(system)).toEqual(before);
      });

      for (const [stage, code, hint, why] of wrongStages) {
        await part(`stage "${stage}" is refused at preview`, async () => {
          const untouched = await everythingOf(system);
          system.pulumi.configure({ stage });
          const run = await system.pulumi.preview();
          expect(run.exitCode).toBe(1);
          for (const said of [code, `HINT: pulumi config set ${hint}`, why])
            expect(textOf(run)).toContain(said);
          expect(await everythingOf(system)).toEqual(untouched);
        });
      }

      await part('back to active from a wave of revoked', async () => {
        await moveTo(system, 'read-only', quickly);
        await moveTo(system, 'revoked/services', quickly);
        expect((await worldOf(system)).aws.bucket?.policy).not.toBeNull();
        const runs = await moveTo(system, 'active');
        expect(runs).toHaveLength(2);
        expect(runs[0]?.changes).toMatchObject({ create: 0, delete: 1 });
        expect(runs[0]?.stdout).toContain('active is not reached yet');
        expect(runs[1]?.changes).toMatchObject({ create: 0, delete: 0, update: 2 });
        expect(await worldOf(system)).toEqual(before);
        expect(await positionOf(system)).toEqual({
          step: 'active',
          entered: 'back',
          attempt: 2,
          reached: true,
          deleteStarted: false,
        });
      });

      await part('the second attempt needs approvals of its own', async () => {
        const approved = (await entriesOf(system)).filter(isKind('approval')).map(({ body }) => body.step);
        expect(approved).toContain('read-only');
        system.pulumi.configure({ stage: 'read-only' });
        const untouched = await allButRefusals(system);
        const run = await system.pulumi.up(quickly);
        expect(run.exitCode).toBe(1);
        expect(textOf(run)).toContain('no approval of read-only, attempt 2');
        expect(textOf(run)).toContain('HINT: teardown approve read-only');
        expect(await allButRefusals(system)).toEqual(untouched);
        expect((await entriesOf(system)).at(-1)?.body).toMatchObject({ kind: 'refusal', gate: 'read-only' });
      });

      if (full) {
        await part('back to active from read-only', async () => {
          await moveTo(system, 'read-only');
          await moveTo(system, 'active');
          expect(await worldOf(system)).toEqual(before);
          expect(await positionOf(system)).toMatchObject({ attempt: 3, reached: true });
        });
      }
    },
    limit,
  );

  (full ? it : it.skip)(
    'leads back from snapshotted, where the archive stays and the next attempt makes its own',
    async () => {
      const system = await newSystem((inventory) =>
        waves(without(inventory, 'interfaces', 'identity', 'integrations', 'operators')),
      );
      const before = await worldOf(system);
      await walkTo(system, 'snapshotted', quickly);
      await moveTo(system, 'active');
      const after = await worldOf(system);
      const archive = expect.objectContaining({ DBSnapshotIdentifier: `${system.name}-archive-1` });
      const snapshots = [...before.aws.snapshots, archive];
      expect(after).toEqual({ ...before, aws: { ...before.aws, snapshots } });
      for (const step of system.loaded.plan.slice(1)) await moveTo(system, step, quickly);
      const { instance, snapshots: left } = (await worldOf(system)).aws;
      expect(instance).toBeNull();
      const names = left.map((each) => (each as Record<string, unknown>).DBSnapshotIdentifier);
      for (const name of ['archive-1', 'archive-2', 'final'])
        expect(names).toContain(`${system.name}-${name}`);
    },
    limit,
  );
});

describe('a step that is half done', () => {
  it(
    'is finished by the same step, with what was approved, and by nothing else',
    async () => {
      const system = await newSystem((inventory) => waves(databaseOnly(inventory)));
      await walkTo(system, 'active', quickly);

      await part('an approval of another intent opens nothing', async () => {
        await approveStep(system, 'read-only');
        const inventory = readFileSync(system.inventory, 'utf8');
        writeFileSync(system.inventory, inventory.replace('mail-batch-1', 'mail-batch-2'));
        const untouched = await allButRefusals(system);
        const run = await system.pulumi.up(quickly);
        expect(run.exitCode).toBe(1);
        expect(textOf(run)).toContain('gate-evidence-missing');
        expect(textOf(run)).toMatch(/approved is intent \w+; this run is \w+/);
        expect(textOf(run)).toContain('HINT: teardown approve read-only');
        expect(await allButRefusals(system)).toEqual(untouched);
        writeFileSync(system.inventory, inventory);
      });

      const plan = join(system.directory, 'plan.json');
      await part('half of the changes, by a saved plan', async () => {
        expect((await system.pulumi.preview(['--save-plan', plan])).exitCode).toBe(0);
        await beforeGrants(system, 'kyc', `RAISE EXCEPTION 'not now'`);
        const half = await system.pulumi.up(['--plan', plan]);
        await undisturbed(system);
        expect(half.exitCode).toBe(1);
        expect(textOf(half)).toContain('not now');
        expect(await positionOf(system)).toMatchObject({ step: 'read-only', reached: false });
        expect(half.operations).toContainEqual(expect.objectContaining({ op: 'update', outcome: 'failed' }));
      });

      await part('its approval is withdrawn', async () => {
        await withdrawApproval(system, 'read-only', 1);
        const untouched = await allButRefusals(system);
        const refused = await system.pulumi.up(quickly);
        expect(refused.exitCode).toBe(1);
        expect(textOf(refused)).toContain('no approval of read-only, attempt 1');
        expect(await allButRefusals(system)).toEqual(untouched);
      });

      await part('approved again, by the same plan', async () => {
        await approveStep(system, 'read-only');
        const again = await system.pulumi.up(['--plan', plan]);
        expect(textOf(again)).not.toContain('error:');
        expect(again.exitCode).toBe(0);
        expect(await positionOf(system)).toMatchObject({ step: 'read-only', reached: true });
      });

      await part('the engine was killed before it saved the gate: no other step', async () => {
        await approveStep(system, 'revoked/services');
        const state = keepState(system);
        await beforeGrants(system, 'kyc', `RAISE EXCEPTION 'not now'`);
        expect((await system.pulumi.up(quickly)).exitCode).toBe(1);
        await undisturbed(system);
        state.back();
        const untouched = await everythingOf(system);
        for (const stage of ['read-only', 'snapshotted']) {
          system.pulumi.configure({ stage });
          const refused = await system.pulumi.preview();
          expect(refused.exitCode).toBe(1);
          expect(textOf(refused)).toContain('gate-witnesses-disagree');
          expect(textOf(refused)).toContain('HINT: pulumi config set stage revoked/services && pulumi up');
        }
        expect(await everythingOf(system)).toEqual(untouched);
      });

      await part('the same step again, without a plan', async () => {
        system.pulumi.configure({ stage: 'revoked/services' });
        expect((await system.pulumi.up()).exitCode).toBe(0);
        expect(await positionOf(system)).toMatchObject({
          step: 'revoked/services',
          attempt: 1,
          reached: true,
        });
        const entered = (await entriesOf(system)).filter(isKind('step-entered'));
        expect(entered.map(({ body }) => body.step)).toEqual(['active', 'read-only', 'revoked/services']);
      });
    },
    limit,
  );
});
