import { crmClients } from './members.ts';
import { each, type Finding, rule } from './rule.ts';

/**
 * Rule 10: on a shared carrier only cuts scoped to the CRM are allowed. A shared tenant or instance is left alone and
 * needs none; of a shared connection the CRM's clients leave (and its
 * entry needs some); of a shared bucket the CRM has a prefix; for the others the scoped cuts do not exist yet, and cutting nothing would leave the door open unseen.
 */
export const sharedCutsExist = rule(
  'what is cut is not shared',
  ['database', 'identity', 'populations', 'interfaces', 'integrations', 'services', 'operators'],
  ({ database, identity, populations, interfaces, integrations, services, operators }) =>
    [
      ...(database ? [{ text: database.ownership, path: ['database', 'ownership'] }] : []),
      ...(crmClients({ interfaces, integrations }).length === 0
        ? each(['identity', 'connections'], identity?.connections ?? [], 'ownership')
        : []),
      ...(identity?.api ? [{ text: identity.api.ownership, path: ['identity', 'api', 'ownership'] }] : []),
      ...each(['identity', 'roles'], identity?.roles ?? [], 'ownership'),
      ...each(['populations'], populations, 'ownership'),
      ...each(['interfaces'], interfaces, 'ownership'),
      ...each(['integrations'], integrations, 'ownership'),
      ...each(['services'], services, 'ownership'),
      ...each(['operators'], operators, 'ownership'),
    ]
      .filter(({ text }) => text === 'shared')
      .map(({ path }) => ({
        code: 'inventory-shared-not-built' as const,
        path,
        detail: 'a cut that spares the other users is not built yet for this kind of thing',
        hint: 'remove the entry and close it by hand, or give the CRM one of its own',
      })),
);

/** Of a bucket of its own the CRM needs no part, and of a shared one the cut must know which part is the CRM's. */
export const sharedBucketsHaveAPrefix = rule('a bucket with a prefix is shared', ['objects'], ({ objects }) =>
  objects.flatMap(({ bucket, prefix, ownership }, i): readonly Finding[] => {
    if ((ownership === 'shared') === (prefix !== undefined)) return [];
    const code = 'inventory-ownership-contradiction';
    const path = ['objects', i, 'ownership'];
    if (prefix === undefined) {
      const detail = `nothing says which part of the shared bucket "${bucket}" is the CRM's`;
      return [{ code, path, detail, hint: 'add the prefix of its keys, such as prefix: crm/' }];
    }
    const detail = `of an exclusive bucket all is the CRM's, and "${prefix}" is only a part`;
    return [{ code, path, detail, hint: 'write "ownership: shared", or remove the prefix' }];
  }),
);
