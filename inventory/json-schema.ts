import { z } from 'zod';
import { inventorySchema } from './schema.ts';

/** JSON Schema of the inventory as it is written (defaults are optional): completion and checks in an editor. */
export function inventoryJsonSchema(): unknown {
  return {
    title: 'Inventory of a system to be retired by crm-teardown',
    ...z.toJSONSchema(inventorySchema, { io: 'input', target: 'draft-7' }),
  };
}
