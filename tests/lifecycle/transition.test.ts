import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allSteps, type Position, type Step, transition, type Wave } from '../../lifecycle/index.ts';
import { planOf } from '../../lifecycle/index.ts';

const everyWave = new Set(allSteps.filter((step): step is Wave => step.includes('/')));
const plan = planOf(everyWave);

interface Line {
  readonly text: string;
  readonly position: Position | undefined;
  readonly wanted: string;
  readonly answer: string;
}

function parse(text: string): Line {
  const [, stands, wanted, answer] = /^(.*?)\s+-> (\S+)\s+= (.*)$/.exec(text) ?? [];
  if (stands === undefined || wanted === undefined || answer === undefined)
    throw new Error(`not a line: ${text}`);
  const [step, ...marks] = stands.split(' ');
  const position =
    step === 'new'
      ? undefined
      : ({
          step: step as Step,
          reached: marks.includes('reached'),
          attempt: 1,
          entered: 'forward',
          deleteStarted: marks.includes('deleted'),
        } as const);
  return { text, position, wanted: wanted === 'blank' ? '' : wanted, answer };
}

const script = readFileSync(new URL('testdata/transitions.txt', import.meta.url), 'utf8');
const lines = script
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map(parse);

function say(position: Position | undefined, wanted: string): string {
  const answer = transition(plan, position, wanted);
  if ('refused' in answer) return `refused ${answer.refused}, allowed ${answer.allowed ?? 'nothing'}`;
  return `${answer.direction}, attempt ${answer.attempt}`;
}

const positions = fc.record({
  step: fc.constantFrom(...allSteps),
  reached: fc.boolean(),
  attempt: fc.integer({ min: 1, max: 9 }),
  entered: fc.constantFrom('forward' as const, 'back' as const),
  deleteStarted: fc.boolean(),
});

describe('transition', () => {
  it.each(lines)('$text', ({ position, wanted, answer }) => {
    expect(say(position, wanted)).toBe(answer);
  });

  it('goes forward by one step only, and only from a step that was reached', () => {
    fc.assert(
      fc.property(positions, fc.constantFrom(...allSteps), (position, wanted) => {
        const move = transition(plan, position, wanted);
        if ('refused' in move || move.direction !== 'forward') return;
        expect(position.reached).toBe(true);
        expect(plan.indexOf(wanted)).toBe(plan.indexOf(position.step) + 1);
        expect(move.attempt).toBe(position.attempt);
      }),
    );
  });

  it('never leads back once a delete was recorded, and begins a new attempt on every way back', () => {
    fc.assert(
      fc.property(positions, fc.constantFrom(...allSteps), (position, wanted) => {
        const move = transition(plan, position, wanted);
        const earlier = plan.indexOf(wanted) < plan.indexOf(position.step);
        if (!earlier) return;
        if (position.deleteStarted) expect(move).toMatchObject({ refused: 'no-way-back' });
        else expect(move).toMatchObject({ direction: 'back', attempt: position.attempt + 1 });
      }),
    );
  });

  it('refuses any text that is not a step of the plan', () => {
    fc.assert(
      fc.property(fc.option(positions, { nil: undefined }), fc.string(), (position, wanted) => {
        fc.pre(!plan.includes(wanted as Step));
        expect(transition(plan, position, wanted)).toHaveProperty('refused');
      }),
    );
  });

  it('answers a half-finished step with the way it was entered, so that a move back can be finished', () => {
    const position = {
      step: 'active',
      reached: false,
      attempt: 2,
      entered: 'back',
      deleteStarted: false,
    } as const;
    expect(transition(plan, position, 'active')).toMatchObject({
      direction: 'stay',
      entered: 'back',
      attempt: 2,
    });
  });

  it('refuses to move a system whose present step left the plan', () => {
    const withoutModules = planOf(new Set([...everyWave].filter((wave) => wave !== 'revoked/modules')));
    const position = {
      step: 'revoked/modules',
      reached: true,
      attempt: 1,
      entered: 'forward',
      deleteStarted: false,
    } as const;
    expect(transition(withoutModules, position, 'active')).toMatchObject({ refused: 'position-not-in-plan' });
  });
});
