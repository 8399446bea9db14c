import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { LockHolder } from '../../evidence/index.ts';
import { type ProcessStat, processStat, processStatIn } from '../../evidence/process-stat.ts';
import { type Here, type Kernel, processesOf, realProcesses } from '../../evidence/processes.ts';

const place: Here = { bootId: 'boot', processNamespace: 'pid:[1]', host: 'crm', machine: 'machine' };
const stat: ProcessStat = { program: 'node', ended: false, parent: 1, start: '500' };
const holder: LockHolder = {
  ...place,
  id: randomUUID(),
  pid: 4711,
  processStart: '500',
  purpose: 'a run',
  time: '2026-11-22T10:00:00.000Z',
};

/** A kernel that sees the holder of these tests at work, but for what is given. */
function kernel({
  here = {},
  stat: seen = stat,
  hides = false,
  gone = false,
}: { here?: Partial<Here>; stat?: ProcessStat; hides?: boolean; gone?: boolean } = {}): Kernel {
  return {
    here: () => Promise.resolve({ ...place, ...here }),
    stat: () => (hides || gone ? undefined : seen),
    isGone: () => gone,
  };
}

describe('a holder', () => {
  it.each<[string, Partial<LockHolder>, Parameters<typeof kernel>[0], string]>([
    ['that runs', {}, {}, 'alive'],
    ['that no process has the number of', {}, { gone: true }, 'dead'],
    ['whose number another has now', { processStart: '499' }, {}, 'dead'],
    ['that its parent has not collected', {}, { stat: { ...stat, ended: true } }, 'dead'],
    ['of this machine before it was started anew', { bootId: 'before' }, {}, 'dead'],
    ['of another machine', { bootId: 'before', machine: 'other' }, {}, 'unknown'],
    ['of another host', { bootId: 'before', host: 'other' }, {}, 'unknown'],
    ['of another namespace', { processNamespace: 'pid:[2]' }, { gone: true }, 'unknown'],
    ['whose process is hidden or cannot be read', {}, { hides: true }, 'unknown'],
    ['whose start it does not tell', { processStart: 'unknown' }, {}, 'unknown'],
    ['without a start and without a process', { processStart: 'unknown' }, { gone: true }, 'dead'],
    ['that does not tell its boot', { bootId: 'unknown' }, {}, 'unknown'],
    ['whose boot cannot be compared', {}, { here: { bootId: 'unknown' } }, 'unknown'],
    [
      'where no boot is known at all',
      { bootId: 'unknown' },
      { here: { bootId: 'unknown' }, gone: true },
      'unknown',
    ],
    [
      'of a container without a machine id, seen from another such',
      { bootId: 'before', machine: 'unknown' },
      { here: { machine: 'unknown' } },
      'unknown',
    ],
    [
      'of a namespace nobody knows, seen from another such',
      { processNamespace: 'unknown' },
      { here: { processNamespace: 'unknown' }, gone: true },
      'unknown',
    ],
  ])('%s', async (_says, changes, sees, liveness) => {
    expect(await processesOf(kernel(sees)).livenessOf({ ...holder, ...changes })).toBe(liveness);
  });

  it('that could not look itself up says so', async () => {
    const self = await processesOf(kernel({ hides: true })).self('a run', new Date());
    expect(self).toMatchObject({ ...place, pid: process.pid, processStart: 'unknown' });
  });

  it('is this process, of the real kernel', async () => {
    const self = await realProcesses.self('a run', new Date());
    expect(self.processStart).toMatch(/^\d+$/);
    expect(await realProcesses.livenessOf(self)).toBe('alive');
  });
});

describe('/proc/PID/stat', () => {
  const line = (name: string, state: string) =>
    `7 (${name}) ${state} 3 7 7 0 -1 4194560 1 0 0 0 4 2 0 0 20 0 1 0 812 1 1 0\n`;

  it.each(['node', 'a b', ') Z 1 (', ''])('tells a program apart from its fields: %j', (program) => {
    expect(processStatIn(line(program, 'S'))).toEqual({ program, ended: false, parent: 3, start: '812' });
  });

  it.each(['Z', 'X'])('in state %s says that it has ended', (state) => {
    expect(processStatIn(line('node', state))?.ended).toBe(true);
  });

  it.each(['', '7 (node', '7 (node) S 3 7'])('that is cut off says nothing: %j', (text) => {
    expect(processStatIn(text)).toBeUndefined();
  });

  it('is read for a process that runs, and for no other', () => {
    expect(processStat(process.pid)).toMatchObject({ ended: false, parent: process.ppid });
    expect(processStat(4_194_305)).toBeUndefined();
  });
});
