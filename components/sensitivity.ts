import { type Inventory } from '../inventory/index.ts';

/** The scale that takes access to these data classes away: `sensitive` as soon as one of them is, else `modules` (R17). */
export function dataScale(
  data: readonly string[],
  { dataClasses }: Pick<Inventory, 'dataClasses'>,
): 'sensitive' | 'modules' {
  return data.some((name) => dataClasses[name]?.sensitivity === 'sensitive') ? 'sensitive' : 'modules';
}
