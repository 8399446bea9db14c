import { type Finding, type Rule, rule } from './rule.ts';

interface Carrier {
  readonly ownership: string;
  readonly others?: readonly string[] | undefined;
}

function contradictsOthers(carrier: Carrier | undefined, path: Finding['path']): readonly Finding[] {
  const others = carrier?.others ?? [];
  if (carrier?.ownership !== 'exclusive' || others.length === 0) return [];
  return [
    {
      code: 'inventory-ownership-contradiction',
      path: [...path, 'ownership'],
      detail: `it is exclusive and has other users: ${others.join(', ')}`,
      hint: 'write "ownership: shared", or remove "others" if nobody else uses it',
    },
  ];
}

/** Exclusive and shared do not contradict each other, and the server's own databases are nobody's. */
export const ownershipRules: readonly Rule[] = [
  rule('an exclusive carrier has no other users', ['database', 'identity'], ({ database, identity }) => [
    ...contradictsOthers(identity?.tenant, ['identity', 'tenant']),
    ...contradictsOthers(database?.instance, ['database', 'instance']),
  ]),
  rule('an exclusive instance holds no shared database', ['database'], ({ database }) =>
    database?.instance?.ownership === 'exclusive' && database.ownership === 'shared'
      ? [
          {
            code: 'inventory-ownership-contradiction',
            path: ['database', 'instance', 'ownership'],
            detail: `removing the instance would remove the shared database "${database.name}" with it`,
            hint: 'write "ownership: shared" for the instance too',
          },
        ]
      : [],
  ),
  rule("the database is not the server's own", ['database'], ({ database }) =>
    database !== undefined && ['postgres', 'template0', 'template1'].includes(database.name)
      ? [
          {
            code: 'inventory-wrong-value',
            path: ['database', 'name'],
            detail: `"${database.name}" belongs to the server: the runner connects to it and it is never removed`,
            hint: "name the CRM's own database",
          },
        ]
      : [],
  ),
];
