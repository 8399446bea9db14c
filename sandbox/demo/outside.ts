/**
 * Tries every door of the sample CRM once and prints what it saw, as JSON. A process of its own, with nothing of the teardown in it
 * but the posture that says what is to be expected: `node outside.ts STEP KEYS.json`.
 */
import { readFileSync } from 'node:fs';
import { isStep } from '../../lifecycle/index.ts';
import { postures } from '../../stacks/postures.ts';
import { look } from './door.ts';
import { type DemoKeys, doors } from './doors/index.ts';

const [step = '', keysFile = ''] = process.argv.slice(2);
if (!isStep(step)) throw new Error(`not a step: "${step}"`);
const keys = JSON.parse(readFileSync(keysFile, 'utf8')) as DemoKeys;
const posture = postures[step];

process.stdout.write(JSON.stringify(await Promise.all(doors.map((door) => look(door, keys, posture)))));
