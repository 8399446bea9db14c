import { expect, it } from '@jest/globals';
import pg from 'pg';
import type { Step } from '../../lifecycle/index.ts';
import type { World } from '../../sandbox/world/index.ts';
import {
  type CutAgain,
  giveScopesBack,
  leaveOutBySql,
  letNightlyRun,
  openErpSecret,
  openGateway,
  openPrefixForReading,
  startService,
  unbindDenial,
  unlockSupport,
} from './left-out.ts';
import { part } from './records.ts';
import { moveTo } from './system.ts';
import { redOf, worldSystem } from './world-system.ts';

const quickly = ['--skip-preview'];

/** One cut that is taken back behind the stack's back, and the lines that must turn red by it: these and no others. */
interface Mutation {
  readonly cut: string;
  readonly leaveOut: (world: World) => Promise<CutAgain>;
  readonly red: readonly string[];
}

const q = pg.escapeIdentifier;

const contacts = ({ surroundings }: World): string => q(`${surroundings.underscored}_contacts`);

const atReadOnly: readonly Mutation[] = [
  {
    cut: 'the right of the contacts group to change contacts',
    leaveOut: (world) =>
      leaveOutBySql(
        world,
        `GRANT UPDATE ON crm.contacts TO ${contacts(world)}`,
        `REVOKE UPDATE ON crm.contacts FROM ${contacts(world)}`,
      ),
    red: [
      'application: changes a contact',
      'employee: changes a contact with a token of before',
      'employee: logs in and changes a contact',
    ],
  },
];

const atSensitive: readonly Mutation[] = [
  {
    cut: 'the column of identity numbers',
    leaveOut: (world) =>
      leaveOutBySql(
        world,
        `GRANT SELECT (id_no) ON crm.contacts TO ${contacts(world)}`,
        `REVOKE SELECT (id_no) ON crm.contacts FROM ${contacts(world)}`,
      ),
    red: ['application: reads identity numbers', 'employee: reads an identity number'],
  },
];

/** The CRM server reads by the login of the application, so whoever came in with a token of before reads again with it. */
const atModules: readonly Mutation[] = [
  {
    cut: 'the right of the contacts group to read',
    leaveOut: (world) =>
      leaveOutBySql(
        world,
        `GRANT USAGE ON SCHEMA crm TO ${contacts(world)};
         GRANT SELECT ON crm.customers, crm.orders, crm.campaigns, crm.customer_overview TO ${contacts(world)};
         GRANT SELECT (id, customer_id, name, email, phone) ON crm.contacts TO ${contacts(world)}`,
        `REVOKE SELECT ON ALL TABLES IN SCHEMA crm FROM ${contacts(world)};
         REVOKE USAGE ON SCHEMA crm FROM ${contacts(world)}`,
      ),
    red: [
      'application: reads contacts',
      'customer: reads contacts through the front with a token of before',
      'ERP: reads orders at the CRM with a token of before',
    ],
  },
  {
    cut: 'the action that denies log-ins',
    leaveOut: unbindDenial,
    red: ['customer: logs in at the portal', 'customer of both products: logs in at the portal'],
  },
  {
    cut: 'the scope of the ERP',
    leaveOut: giveScopesBack,
    red: ['ERP: gets a token for read:contacts'],
  },
  {
    cut: "the denial to read under the CRM's prefix",
    leaveOut: openPrefixForReading,
    red: ['application: reads an attachment in the shared bucket'],
  },
];

const atAdmins: readonly Mutation[] = [
  ...(['administrator', 'operations'] as const).map((login) => ({
    cut: `the login of ${login}`,
    leaveOut: (world: World) => {
      const role = q(world.keys.database.roles[login]);
      return leaveOutBySql(world, `ALTER ROLE ${role} LOGIN`, `ALTER ROLE ${role} NOLOGIN`);
    },
    red: [`${login === 'operations' ? 'second ' : ''}administrator: logs in to the database`],
  })),
  {
    cut: 'the lock of the role of support',
    leaveOut: unlockSupport,
    red: ['support: lists the bucket in a session of before'],
  },
  {
    cut: 'the policy of the secret of ERP',
    leaveOut: openErpSecret,
    red: ['ERP: reads its credential'],
  },
  {
    cut: 'the stop of the nightly function',
    leaveOut: letNightlyRun,
    red: ['operations: calls the nightly export by hand'],
  },
  {
    cut: 'the stop of the service',
    leaveOut: startService,
    red: ['runner: sees the service of the CRM run'],
  },
  {
    cut: "the gateway's cuts, all of them",
    leaveOut: openGateway,
    red: [
      'ERP: reads contacts at the gateway',
      'ERP: writes a contact at the gateway',
      'partner: deletes a contact at the gateway',
      'partner: reads contacts at the default host of the gateway',
    ],
  },
];

const walk: readonly (readonly [Step, readonly Mutation[]])[] = [
  ['active', []],
  ['read-only', atReadOnly],
  ['revoked/sensitive', atSensitive],
  ['revoked/modules', atModules],
  ['revoked/admins', atAdmins],
];

it('looks from outside, and turns exactly the lines red whose cut was left out', async () => {
  const { system, world, lines, stop } = await worldSystem([
    ['accounts', 'sensitive'],
    ['interfaces', 'integrations', 'services', 'admins'],
  ]);
  try {
    for (const [step, mutations] of walk) {
      await moveTo(system, step, quickly);
      expect(redOf(await lines(step))).toEqual([]);
      for (const { cut, leaveOut, red } of mutations) {
        await part(`${step}, without ${cut}`, async () => {
          const cutAgain = await leaveOut(world);
          expect([...redOf(await lines(step))].sort()).toEqual([...red].sort());
          await cutAgain();
        });
      }
    }
  } finally {
    await stop();
  }
}, 900_000);
