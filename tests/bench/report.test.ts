import { describe, expect, it } from '@jest/globals';
import { fileOf, lineOf } from '../../bench/report.ts';
import { comparison, figuresOf, notMeasured } from '../../bench/statistics.ts';

const sample = (seconds: number) => ({ seconds, processorSeconds: seconds });
const good = figuresOf(comparison([{ measured: sample(1.1), baseline: sample(1) }]), 1.15);

describe("the benchmarks' file", () => {
  it('holds ratio, limit, spread and ok by what was measured, and nothing else', () => {
    const file = fileOf(new Map([['preview', good]]));
    expect(JSON.parse(JSON.stringify(file))).toEqual({
      preview: { ratio: 1.1, limit: 1.15, spread: 0, ok: true },
    });
  });

  it('says of what could not be measured that it is not ok, without a number', () => {
    const file = fileOf(new Map([['up', notMeasured(1.15)]]));
    expect(JSON.parse(JSON.stringify(file))).toEqual({
      up: { ratio: null, limit: 1.15, spread: null, ok: false },
    });
  });
});

describe('a line for people', () => {
  it('shows ratio, limit, spread and both times', () => {
    expect(lineOf('preview', good)).toMatchInlineSnapshot(
      `"ok      preview                            ratio 1.10 (limit 1.15, spread 0.00), by processor time 1.10; 1.10 s against 1.00 s"`,
    );
  });

  it('says when the limit is passed, or nothing was measured', () => {
    const slow = figuresOf(comparison([{ measured: sample(2), baseline: sample(1) }]), 1.15);
    expect(lineOf('up', slow)).toMatch(/^NOT OK/);
    expect(lineOf('up', notMeasured(1.15))).toMatch(/^NOT OK .*could not be measured$/);
  });
});
