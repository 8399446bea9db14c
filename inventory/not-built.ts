import { each, type Located, rule } from './rule.ts';

const yes = (path: Located['path']): Located => ({ text: '', path });

/**
 * What the schema can say and no component closes yet. An entry that passed here would look closed while nothing was cut, so it
 * is refused until its component exists; then its line goes.
 */
export const whatIsNamedCanBeCut = rule(
  'what is named can be cut',
  ['modules', 'database', 'populations', 'objects', 'integrations', 'services'],
  ({ modules, database, populations, objects, integrations, services }) =>
    [
      ...modules.flatMap(({ enforcedBy }, i) =>
        enforcedBy === 'database-columns' ? [yes(['modules', i, 'enforcedBy'])] : [],
      ),
      ...(database?.readOnly.stillWritten.length ? [yes(['database', 'readOnly'])] : []),
      ...populations.map((_, i) => yes(['populations', i])),
      ...each(['objects'], objects, 'prefix'),
      ...each(['integrations'], integrations, 'queue'),
      ...each(['integrations'], integrations, 'rule'),
      ...each(['integrations'], integrations, 'schedule'),
      ...each(['integrations'], integrations, 'secret'),
      ...each(['services'], services, 'lambda'),
      ...each(['services'], services, 'rule'),
      ...each(['services'], services, 'schedule'),
    ].map(({ path }) => ({
      code: 'inventory-not-built' as const,
      path,
      detail: 'no component closes this kind of thing yet',
      hint: 'remove it from the inventory and close it by hand',
    })),
);
