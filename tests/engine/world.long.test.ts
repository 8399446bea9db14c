import { expect, it } from '@jest/globals';
import type { Step } from '../../lifecycle/index.ts';
import { differences, pathsOf } from '../../sandbox/differences.ts';
import type { PulumiResult } from '../../sandbox/index.ts';
import { engineFiles, leaksOf, printedBy, systemFiles, type Written } from './leaks.ts';
import { part } from './records.ts';
import { moveTo, positionOf } from './system.ts';
import { redOf, type WorldSystem, worldSystem } from './world-system.ts';

/** The one door that no way back opens again, up to the step that closes it anyway: a session that was ended. Its holder opens a new one. */
const endedForGood = ['customer: goes on in a session opened before'];

/** `instance` is shared: nothing of it can ever change. */
const partsWithDoors = [
  'database',
  'functions',
  'gateway',
  'identity',
  'integrations',
  'objects',
  'operators',
  'services',
];

const quickly = ['--skip-preview'];

/** Passwords, secrets, tokens and keys that somebody holds; addresses and names of people of the world. */
function canariesOf({ system, world, living }: WorldSystem): readonly string[] {
  const { database, identity, gateway, integrations, operators } = world.keys;
  const { customer, sharedCustomer, employee, administrator, shopCustomer, portal, erp, shop } = identity;
  const { anna, annaOld, ben, session, supportSession, breakGlass, neighbour, runner } = operators;
  const keys = [anna, annaOld, ben, session, supportSession, breakGlass, neighbour, runner];
  const people = [customer, sharedCustomer, employee, administrator, shopCustomer];
  const { AUTH0_CLIENT_SECRET, PULUMI_CONFIG_PASSPHRASE } = system.sandbox.env;
  const held = [
    ...Object.values(database.urls).map((url) => decodeURIComponent(new URL(url).password)),
    ...people.flatMap(({ email, password }) => [email, password]),
    ...[portal, erp, shop].map(({ clientSecret }) => clientSecret),
    ...keys.flatMap(({ secretAccessKey, sessionToken }) => [secretAccessKey, sessionToken]),
    operators.consolePassword,
    gateway.erpKey,
    gateway.partnerKey,
    ...Object.values(living.tokens),
    AUTH0_CLIENT_SECRET,
    PULUMI_CONFIG_PASSPHRASE,
  ];
  // As sandbox/world/integrations.ts and database.sql make them.
  const secrets = [integrations.erpSecret, integrations.financeSecret, integrations.neighbourSecret];
  const values = secrets.map((name) => `value of ${name}`);
  const addresses = [
    '@customers.example.test',
    '@acme.example.test',
    'customer-1@example.test',
    '3101151990',
  ];
  const names = [
    'Thaddeus Brightwater',
    'Quillfeather',
    'Thornquist',
    '赵海燕',
    '司徒婉清',
    '欧阳若岚',
    '慕容',
  ];
  return [...new Set([...held.flatMap((one) => one ?? []), ...values, ...addresses, ...names])];
}

/** What a second `pulumi up` at the step does to anything that is not the tool's own record of it. */
async function secondUpdate({ system }: WorldSystem): Promise<readonly string[]> {
  const again = await system.pulumi.up(quickly);
  expect(again.exitCode).toBe(0);
  const changed = again.operations.filter(({ op }) => op !== 'same');
  return changed
    .filter(({ type }) => !type.startsWith('teardown:index:'))
    .map(({ op, urn }) => `${op} ${urn}`);
}

function expectNoLeaks(made: WorldSystem, printed: readonly Written[]): void {
  const { system } = made;
  const canaries = canariesOf(made);
  expect(canaries.length).toBeGreaterThan(40);
  expect(canaries.filter((canary) => canary.length < 2)).toEqual([]);
  const rooms = { engine: engineFiles(system), system: systemFiles(system), printed };
  // What is no secret is found in every room, so a secret would be.
  for (const [room, written] of Object.entries(rooms))
    expect([room, leaksOf(written, [made.world.keys.operators.names.anna])]).not.toEqual([room, []]);
  const written = Object.values(rooms).flat();
  expect(leaksOf(written, canaries)).toEqual([]);
}

it('the sample world is closed up to revoked/admins, comes back as it was, and is closed again to the end; nothing of it leaks', async () => {
  const made = await worldSystem([
    ['accounts', 'sensitive', 'modules', 'interfaces', 'integrations', 'services', 'admins'],
    ['interfaces', 'identities', 'data'],
  ]);
  const { system, picture, lines, stop } = made;
  const runs: PulumiResult[] = [];
  const seen: Written[] = [];
  const go = (step: Step, way: string) =>
    part(`${step}, ${way}`, async () => {
      runs.push(...(await moveTo(system, step, quickly)));
    });
  const look = (step: Step, way: string, red: readonly string[] = []) =>
    part(`${step}, ${way}, from outside`, async () => {
      const found = await lines(step);
      seen.push({ place: `lines of ${step}, ${way}`, text: JSON.stringify(found) });
      expect(redOf(found)).toEqual(red);
    });
  try {
    const captured = await picture();
    await go('active', 'taken over');
    expect(pathsOf(differences(captured, await picture()))).toEqual([]);

    for (const step of ['read-only', 'revoked/admins'] as const) {
      await go(step, 'first time');
      await look(step, 'first time');
    }
    expect(await secondUpdate(made)).toEqual([]);
    // Closed in every part of the world, or coming back would show nothing.
    const parts = pathsOf(differences(captured, await picture())).map((path) => path.replace(/\..*/, ''));
    expect(new Set(parts)).toEqual(new Set(partsWithDoors));

    await go('active', 'back');
    // Not even an access list: one that was never touched is pictured as what PostgreSQL means by none.
    expect(pathsOf(differences(captured, await picture()))).toEqual([]);
    expect(await secondUpdate(made)).toEqual([]);
    await look('active', 'back', endedForGood);

    for (const step of system.loaded.plan.slice(1)) {
      await go(step, 'again');
      await look(step, 'again', step === 'read-only' ? endedForGood : []);
    }
    expect(await positionOf(system)).toMatchObject({ step: 'destroyed/data', reached: true });
    expectNoLeaks(made, [...seen, ...printedBy(runs)]);
  } finally {
    await stop();
  }
}, 900_000);
