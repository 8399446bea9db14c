/**
 * Tries every door of the sample CRM once and prints what it saw, as JSON. A process of its own, with nothing of the teardown in it
 * but the posture that says what is to be expected: `node outside.ts STEP KEYS.json`.
 */
import { readFileSync } from 'node:fs';
import { isStep } from '../../lifecycle/index.ts';
import { postures } from '../../stacks/postures.ts';
import { type Attempt, attempts, expectedOf, type Keys, type Line } from './attempts.ts';

const [step = '', keysFile = ''] = process.argv.slice(2);
if (!isStep(step)) throw new Error(`not a step: "${step}"`);
const keys = JSON.parse(readFileSync(keysFile, 'utf8')) as Keys;
const posture = postures[step];

async function line(attempt: Attempt): Promise<Line> {
  const expected = expectedOf(attempt, posture);
  const observed: string = await attempt
    .run(keys)
    .catch((error: unknown) => `could not look: ${reasonOf(error)}`);
  return {
    principal: attempt.principal,
    attempt: attempt.attempt,
    expected,
    observed,
    ok: observed === expected,
  };
}

/** Code or name only: a message could hold the credentials of the principal. */
function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: string; name?: string };
  return code ?? name ?? 'unknown';
}

process.stdout.write(JSON.stringify(await Promise.all(attempts.map(line))));
