import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { launch, untilReady } from '../../../sandbox/servers/processes.ts';
import { isRunning, readRecords, startOf, stopAll } from '../../../sandbox/servers/index.ts';

let directory: string;
let records: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'crm-teardown-'));
  records = join(directory, 'processes.json');
});
afterEach(async () => {
  await stopAll(records);
  rmSync(directory, { recursive: true });
});

function start(name: string, script: string): ReturnType<typeof launch> {
  return launch(records, {
    name,
    command: process.execPath,
    args: ['-e', script],
    directory,
    log: join(directory, `${name}.log`),
    stopSignal: 'SIGTERM',
  });
}

const forever = 'setInterval(() => undefined, 1000)';

describe('the processes of a sandbox', () => {
  it('are recorded when started, and gone with their records after a stop', async () => {
    const { record } = start('server', forever);
    expect(readRecords(records)).toEqual([record]);
    expect(isRunning(record)).toBe(true);
    await stopAll(records);
    expect(isRunning(record)).toBe(false);
    expect(readRecords(records)).toEqual([]);
  });

  it('are not taken for another process that got the same number', async () => {
    const { record } = start('server', forever);
    const other = { ...record, started: `${record.started}0` };
    expect(isRunning(other)).toBe(false);
    writeFileSync(records, JSON.stringify([other]));
    await stopAll(records);
    expect(isRunning(record)).toBe(true);
    writeFileSync(records, JSON.stringify([record]));
  });

  it('are ended by force when they ignore the orderly signal', async () => {
    const marker = join(directory, 'deaf');
    const { record } = start(
      'deaf',
      `process.on('SIGTERM', () => {}); require('fs').writeFileSync(${JSON.stringify(marker)}, ''); ${forever}`,
    );
    while (!existsSync(marker)) await new Promise((resolve) => setTimeout(resolve, 20));
    await stopAll(records);
    expect(isRunning(record)).toBe(false);
  }, 20_000);

  it('replace the record of their predecessor of the same name', () => {
    start('server', '');
    const second = start('server', forever);
    expect(readRecords(records)).toEqual([second.record]);
  });

  it('that end at once are reported with the end of their log', async () => {
    const launched = start('broken', 'console.error("cannot bind"); process.exit(3)');
    const waiting = untilReady(launched, '10 seconds', () => Promise.resolve(undefined));
    await expect(waiting).rejects.toThrow(/broken ended at once[\s\S]*cannot bind/);
  });

  it('that never answer are reported after the limit', async () => {
    const launched = start('silent', forever);
    const waiting = untilReady(launched, '1 second', () => Promise.resolve(undefined));
    await expect(waiting).rejects.toThrow('silent did not answer within 1 second');
  });

  it('are known by number and start time of the kernel', () => {
    expect(startOf(process.pid)).toMatch(/^\d+$/);
    expect(startOf(2 ** 22 + 1)).toBeUndefined();
    expect(readFileSync(`/proc/${process.pid}/stat`, 'utf8')).toContain(startOf(process.pid));
  });
});
