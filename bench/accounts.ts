import type { Benchmark } from './benchmark.ts';
import { bytesWithout, comparable, differing, few, many } from './populations.ts';
import { comparison, interleave } from './statistics.ts';
import { timed } from './timed-stack.ts';

export const accountsInState: Benchmark = {
  what: 'state of 200,000 accounts',
  explains: `bytes of the state with ${many} accounts against ${few}, without what differs between two worlds of ${few}`,
  limit: 1,
  async measure(workshop) {
    const populations = await workshop.populations();
    const chance = differing(...comparable(populations.few.state, populations.again.state));
    const [fewer, more] = comparable(populations.few.state, populations.many.state);
    const other = differing(fewer, more).filter((path) => !chance.includes(path));
    if (other.length > 0) throw new Error(`the state depends on the number of accounts: ${other.join(', ')}`);
    const [a, b] = [bytesWithout(chance, fewer), bytesWithout(chance, more)];
    return { ratios: [b / a], compared: `${b} bytes against ${a}; ${chance.length} values are chance` };
  },
};

export const accountsInPreview: Benchmark = {
  what: 'preview of 200,000 accounts',
  explains: `pulumi preview of the sample CRM with ${many} accounts against ${few}`,
  limit: 1.15,
  async measure(workshop, rounds) {
    const populations = await workshop.populations();
    const runs = {
      measured: () => timed(populations.many.stack, 'preview'),
      baseline: () => timed(populations.few.stack, 'preview'),
    };
    return comparison(await interleave(rounds, runs));
  },
};
