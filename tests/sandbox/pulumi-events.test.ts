import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { changesOf, type EngineEvent, operationsOf, readEvents } from '../../sandbox/pulumi-events.ts';

const directory = mkdtempSync(join(tmpdir(), 'crm-teardown-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const metadata = { metadata: { op: 'create', urn: 'urn:a', type: 'test:index:Thing' } };
const summary = (isPreview: boolean): EngineEvent => ({
  sequence: 9,
  summaryEvent: { isPreview, result: 'succeeded', resourceChanges: { create: 1, replace: 2 } },
});

describe('the event log of the engine', () => {
  it('counts every operation, the absent ones as zero', () => {
    expect(changesOf([summary(false)])).toEqual({
      create: 1,
      update: 0,
      delete: 0,
      same: 0,
      import: 0,
      replace: 2,
    });
    expect(changesOf([])).toEqual({ create: 0, update: 0, delete: 0, same: 0, import: 0 });
  });

  it('tells what was done from what was only planned or failed', () => {
    const started = { sequence: 0, resourcePreEvent: metadata };
    const finished = { sequence: 1, resOutputsEvent: metadata };
    const failed = { sequence: 1, resOpFailedEvent: metadata };
    const outcome = (...events: EngineEvent[]): string | undefined => operationsOf(events)[0]?.outcome;
    expect(outcome(started)).toBe('planned');
    expect(outcome(started, finished)).toBe('done');
    expect(outcome(started, failed)).toBe('failed');
    expect(outcome(started, finished, summary(true))).toBe('planned');
  });

  it('is read to its last whole line when the engine was killed', () => {
    const file = join(directory, 'events.ndjson');
    writeFileSync(file, '{"sequence":0}\n{"sequence":1}\n{"sequ');
    expect(readEvents(file)).toEqual([{ sequence: 0 }, { sequence: 1 }]);
    writeFileSync(file, '{"sequence":0}\n{"sequence":1}');
    expect(readEvents(file)).toHaveLength(2);
    expect(readEvents(join(directory, 'none.ndjson'))).toEqual([]);
  });
});
