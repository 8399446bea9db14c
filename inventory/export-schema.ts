/** `npm run schema`: writes inventory.schema.json anew. Run it after changing schema.ts; a test finds a stale file. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { within } from '../diagnostics/index.ts';
import { inventoryJsonSchema } from './json-schema.ts';

const file = fileURLToPath(new URL('inventory.schema.json', import.meta.url));
const options = await within('10 seconds', 'reading the format options', resolveConfig(file));
const text = await format(JSON.stringify(inventoryJsonSchema()), { ...options, parser: 'json' });
await within('10 seconds', 'writing the schema', writeFile(file, text));
