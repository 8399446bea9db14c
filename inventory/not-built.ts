import { type Located, rule } from './rule.ts';

const yes = (path: Located['path']): Located => ({ text: '', path });

/**
 * What the schema can say and no component closes yet. An entry that passed here would look closed while nothing was cut, so it
 * is refused until its component exists; then its line goes.
 */
export const whatIsNamedCanBeCut = rule(
  'what is named can be cut',
  ['modules', 'database', 'populations'],
  ({ modules, database, populations }) =>
    [
      ...modules.flatMap(({ enforcedBy }, i) =>
        enforcedBy === 'database-columns' ? [yes(['modules', i, 'enforcedBy'])] : [],
      ),
      ...(database?.readOnly.stillWritten.length ? [yes(['database', 'readOnly'])] : []),
      ...populations.map((_, i) => yes(['populations', i])),
    ].map(({ path }) => ({
      code: 'inventory-not-built' as const,
      path,
      detail: 'no component closes this kind of thing yet',
      hint: 'remove it from the inventory and close it by hand',
    })),
);
