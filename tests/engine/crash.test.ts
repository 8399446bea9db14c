/** R94: five kills in a small system; `npm run crash` does any number in the whole sample of the slice. */
import { afterAll, expect, it } from '@jest/globals';
import { crash } from '../../sandbox/crash/index.ts';
import { down, enterSandbox, up } from '../../sandbox/index.ts';
import { converged } from './converged.ts';
import { databaseOnly } from './system.ts';

const name = `crash-${process.pid}`;
afterAll(() => down(name));

it('converges after kills in creates, updates, deletes, ledger writes and a preview', async () => {
  const sandbox = await up(name);
  enterSandbox(sandbox);
  const report = await crash({
    sandbox,
    kills: 5,
    seed: 7,
    edit: (inventory) => ({
      ...databaseOnly(inventory),
      operators: inventory.operators,
      together: [['sensitive', 'modules', 'services', 'admins']],
    }),
    phases: ['create', 'update', 'delete', 'ledger write', 'preview'],
    victims: ['engine', 'program', 'teardown plugin', 'stand-in plugin', 'database'],
    say: () => undefined,
  });
  expect(report).toMatchObject({ kills: 5, ...converged });
  expect(Object.keys(report.phases)).toHaveLength(5);
}, 900_000);
