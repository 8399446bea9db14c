import { describe, expect, it } from '@jest/globals';
import { rules } from '../../inventory/rules.ts';
import { codes, type Edits, problemsAfter, without } from './slice.ts';

const attachments = {
  name: 'attachments',
  bucket: 'slice-crm-attachments',
  ownership: 'exclusive',
  data: ['contact'],
};
const erp = {
  name: 'erp-orders',
  kind: 'sync',
  login: 'crm_erp',
  peer: 'ERP',
  owner: 'finance',
  ownership: 'exclusive',
};
const invoices = { sensitivity: 'financial', basis: 'tax-law', keep: '10 years', hold: 'none' };
const ownership = 'exclusive';

/** Operators in IAM need somebody who is not one of them. */
const sealed = { 'breakGlass.aws': 'arn:aws:iam::111122223333:role/crm/sealed' };

const peer = { name: 'peer', kind: 'sync', peer: 'ERP', owner: 'finance', ownership };

const direct = (name: string, login: string) => ({
  name,
  kind: 'customer',
  in: 'database',
  logins: [login],
  ownership,
});

const numbers = {
  name: 'numbers',
  data: ['identity'],
  enforcedBy: 'database-columns',
  columns: ['crm.contacts.id_no'],
};

interface Case {
  readonly wrong: Edits;
  readonly code: string;
  readonly says: string;
  readonly right: Edits;
}

/** Rule -> an edit it refuses (with what is reported) and a neighbouring one that it lets through. */
const cases: Readonly<Record<string, Case>> = {
  'names in modules are unique': {
    wrong: { 'modules.1.name': 'identity-documents' },
    code: 'inventory-duplicate-name',
    says: '"identity-documents" is the name of an earlier entry too',
    right: { 'modules.1.name': 'crm-portal' },
  },
  'names in populations are unique': {
    wrong: { populations: [direct('direct', 'cust_a'), direct('direct', 'cust_b')] },
    code: 'inventory-duplicate-name',
    says: '"direct" is the name of an earlier entry too',
    right: {},
  },
  'names in interfaces are unique': {
    wrong: { 'interfaces.1': { name: 'crm-portal', client: 'other', ownership } },
    code: 'inventory-duplicate-name',
    says: '"crm-portal" is the name of an earlier entry too',
    right: { 'interfaces.1': { name: 'crm-mobile', client: 'other', ownership } },
  },
  'names in objects are unique': {
    wrong: { 'objects.1': { ...attachments, bucket: 'another-bucket' } },
    code: 'inventory-duplicate-name',
    says: '"attachments" is the name of an earlier entry too',
    right: { 'objects.1': { ...attachments, bucket: 'another-bucket', name: 'exports' } },
  },
  'names in integrations are unique': {
    wrong: { 'integrations.1': { ...erp, login: 'crm_other' } },
    code: 'inventory-duplicate-name',
    says: '"erp-orders" is the name of an earlier entry too',
    right: { 'integrations.1': { ...erp, login: 'crm_other', name: 'erp-stock' } },
  },
  'names in services are unique': {
    wrong: { 'services.1': { name: 'crm-app', login: 'crm_other', ownership } },
    code: 'inventory-duplicate-name',
    says: '"crm-app" is the name of an earlier entry too',
    right: { 'services.1': { name: 'crm-dba', login: 'crm_other', ownership } },
  },
  'names in operators are unique': {
    wrong: { 'operators.1': { name: 'crm-dba', login: 'crm_other', ownership } },
    code: 'inventory-duplicate-name',
    says: '"crm-dba" is the name of an earlier entry too',
    right: { 'operators.1': { name: 'crm-app', login: 'crm_other', ownership } },
  },
  'names in identity are unique': {
    wrong: { 'identity.connections.1': { name: 'crm-users', ownership: 'shared' } },
    code: 'inventory-duplicate-name',
    says: '"crm-users" is the name of an earlier entry too',
    right: { 'identity.connections.1': { name: 'workforce', ownership: 'shared' } },
  },
  'roles and logins are listed once': {
    wrong: { 'operators.0.login': 'crm_app' },
    code: 'inventory-used-twice',
    says: 'the role "crm_app" is listed earlier too',
    right: { 'operators.0.login': 'CRM_APP' },
  },
  'buckets are listed once': {
    wrong: { 'objects.1': { ...attachments, name: 'exports' } },
    code: 'inventory-used-twice',
    says: 'the bucket "slice-crm-attachments" is listed earlier too',
    right: { 'objects.1': { ...attachments, name: 'exports', bucket: 'slice-crm-exports' } },
  },
  'clients are listed once': {
    wrong: { 'interfaces.1': { name: 'crm-mobile', client: 'crm-portal', ownership } },
    code: 'inventory-used-twice',
    says: 'the client "crm-portal" is listed earlier too',
    right: { 'interfaces.1': { name: 'crm-mobile', client: 'crm mobile', ownership } },
  },
  'gateways are listed once': {
    wrong: {
      'interfaces.1': { name: 'rest', gateway: 'crm-api/prod', ownership },
      'interfaces.2': { name: 'rest-test', gateway: 'crm-api/test', ownership },
    },
    code: 'inventory-used-twice',
    says: 'the REST API "crm-api" is listed earlier too',
    right: {
      'interfaces.1': { name: 'rest', gateway: 'crm-api/prod', ownership },
      'interfaces.2': { name: 'rest-test', gateway: 'crm-test-api/test', ownership },
    },
  },
  'functions, queues and secrets are listed once': {
    wrong: {
      'integrations.1': { ...peer, secret: 'erp' },
      'integrations.2': { ...peer, name: 'other', secret: 'erp' },
    },
    code: 'inventory-used-twice',
    says: 'the secret "erp" is listed earlier too',
    right: { 'integrations.1': { ...peer, secret: 'erp', queue: 'erp' } },
  },
  'rules and schedules are listed once': {
    wrong: { 'services.0.rule': 'nightly', 'integrations.0.rule': 'nightly' },
    code: 'inventory-used-twice',
    says: 'the rule "nightly" is listed earlier too',
    right: { 'services.0.rule': 'nightly', 'integrations.0.schedule': 'nightly' },
  },
  'a schema belongs to one module': {
    wrong: { 'modules.1.schema': 'kyc' },
    code: 'inventory-used-twice',
    says: 'the schema "kyc" is listed earlier too',
    right: { 'modules.1.schema': 'sales' },
  },
  'data of modules is described': {
    wrong: { 'modules.1.data': ['contact', 'invoices'] },
    code: 'inventory-dangling-reference',
    says: 'there is no data class "invoices"',
    right: { 'modules.1.data': ['contact', 'identity'] },
  },
  'data of objects is described': {
    wrong: { 'objects.0.data': ['contact', 'contracts'] },
    code: 'inventory-dangling-reference',
    says: 'there is no data class "contracts"',
    right: { 'objects.0.data': ['contact', 'identity'] },
  },
  'every data class is enforced somewhere': {
    wrong: { 'dataClasses.invoices': invoices },
    code: 'inventory-enforced-nowhere',
    says: 'no module and no object carries the data class "invoices"',
    right: { 'dataClasses.invoices': invoices, 'objects.0.data': ['contact', 'invoices'] },
  },
  'modules live in a database': {
    wrong: without('database', 'integrations', 'services', 'operators'),
    code: 'inventory-dangling-reference',
    says: 'modules name database roles',
    right: without('integrations', 'services', 'operators'),
  },
  'integrations live in a database': {
    wrong: without('database', 'modules', 'services', 'operators'),
    code: 'inventory-dangling-reference',
    says: 'integrations name database roles',
    right: without('services', 'operators'),
  },
  'services live in a database': {
    wrong: without('database', 'modules', 'integrations', 'operators'),
    code: 'inventory-dangling-reference',
    says: 'services name database roles',
    right: without('integrations', 'operators'),
  },
  'operators live in a database': {
    wrong: without('database', 'modules', 'integrations', 'services'),
    code: 'inventory-dangling-reference',
    says: 'operators name database roles',
    right: without('integrations', 'services'),
  },
  'populations live in a database': {
    wrong: {
      ...without('database', 'modules', 'integrations', 'services', 'operators'),
      populations: [direct('direct', 'cust_a')],
    },
    code: 'inventory-dangling-reference',
    says: 'populations name database roles',
    right: {},
  },
  'interfaces name what is cut': {
    wrong: { 'interfaces.0.client': undefined },
    code: 'inventory-enforced-nowhere',
    says: 'interfaces[0] names nothing that could be cut',
    right: { 'interfaces.0': { name: 'crm-api', client: 'crm-api', ownership } },
  },
  'integrations name what is cut': {
    wrong: { 'integrations.0.login': undefined },
    code: 'inventory-enforced-nowhere',
    says: 'integrations[0] names nothing that could be cut',
    right: { 'integrations.0': erp },
  },
  'services name what is cut': {
    wrong: { 'services.0.login': undefined },
    code: 'inventory-enforced-nowhere',
    says: 'services[0] names nothing that could be cut',
    right: { 'services.0': { name: 'crm-web', login: 'crm_web', ownership } },
  },
  'operators name what is cut': {
    wrong: { 'operators.0': { name: 'crm-dba', iamRoles: [], ownership } },
    code: 'inventory-enforced-nowhere',
    says: 'operators[0] names nothing that could be cut',
    right: { 'operators.0': { name: 'crm-dba', login: 'crm_admin', ownership } },
  },
  'interfaces live in a tenant': {
    wrong: without('identity'),
    code: 'inventory-dangling-reference',
    says: 'interfaces name Auth0 clients',
    right: without('identity', 'interfaces'),
  },
  'break-glass is never cut': {
    wrong: { 'breakGlass.database': 'crm_admin' },
    code: 'inventory-break-glass-cut',
    says: '"crm_admin" is the break-glass login',
    right: { 'breakGlass.database': 'crm_owner' },
  },
  'resource policies can spare the runner': {
    wrong: { runner: {}, objects: [], 'integrations.0.queue': 'erp-orders' },
    code: 'inventory-runner-missing',
    says: 'the inventory does not name the runner',
    right: { runner: undefined, objects: [] },
  },
  'a database has a break-glass login': {
    wrong: { breakGlass: {} },
    code: 'inventory-break-glass-missing',
    says: 'nobody but the runner could reach the database',
    right: { breakGlass: {}, ...without('database', 'modules', 'integrations', 'services', 'operators') },
  },
  'an exclusive carrier has no other users': {
    wrong: { 'identity.tenant.ownership': 'exclusive' },
    code: 'inventory-ownership-contradiction',
    says: 'it is exclusive and has other users: web-shop',
    right: { 'identity.tenant.ownership': 'exclusive', 'identity.tenant.others': [] },
  },
  'an exclusive instance holds no shared database': {
    wrong: { 'database.ownership': 'shared' },
    code: 'inventory-ownership-contradiction',
    says: 'removing the instance would remove the shared database "slice_crm" with it',
    right: { 'database.ownership': 'shared', 'database.instance.ownership': 'shared' },
  },
  "the database is not the server's own": {
    wrong: { 'database.name': 'postgres' },
    code: 'inventory-wrong-value',
    says: '"postgres" belongs to the server',
    right: { 'database.name': 'postgres_crm' },
  },
  'what is cut is not shared': {
    wrong: { 'services.0.ownership': 'shared' },
    code: 'inventory-shared-not-built',
    says: 'a cut that spares the other users is not built yet',
    right: { 'database.instance.ownership': 'shared' },
  },
  'a bucket with a prefix is shared': {
    wrong: { 'objects.0.prefix': 'crm/' },
    code: 'inventory-ownership-contradiction',
    says: `of an exclusive bucket all is the CRM's, and "crm/" is only a part`,
    right: { 'objects.0.prefix': 'crm/', 'objects.0.ownership': 'shared' },
  },
  'columns live in a database': {
    wrong: { ...without('database'), 'modules.2': numbers },
    code: 'inventory-dangling-reference',
    says: 'a module names columns, and the inventory describes no database',
    right: { 'modules.2': numbers },
  },
  'a column belongs to one module': {
    wrong: { 'modules.2': numbers, 'modules.3': { ...numbers, name: 'again' } },
    code: 'inventory-used-twice',
    says: 'the column "crm.contacts.id_no" is listed earlier too',
    right: {
      'modules.2': numbers,
      'modules.3': { ...numbers, name: 'again', columns: ['crm.contacts.phone'] },
    },
  },
  'what is out of reach is not listed to be cut': {
    wrong: { 'database.outOfReach': [{ login: 'crm_app', why: 'nobody knows' }] },
    code: 'inventory-ownership-contradiction',
    says: '"crm_app" is out of reach and is listed to be cut',
    right: { 'database.outOfReach': [{ login: 'rdsadmin', why: 'belongs to AWS' }] },
  },
  'scopes belong to an API': {
    wrong: {
      'modules.2': { name: 'orders', data: ['contact'], enforcedBy: 'token-scope', scopes: ['read:orders'] },
    },
    code: 'inventory-dangling-reference',
    says: 'the inventory describes no API that has them',
    right: {
      'modules.2': { name: 'orders', data: ['contact'], enforcedBy: 'token-scope', scopes: ['read:orders'] },
      'identity.api': { identifier: 'https://api.example.test', ownership },
    },
  },
  'roles have an API': {
    wrong: { 'identity.roles': [{ name: 'staff', ownership }] },
    code: 'inventory-dangling-reference',
    says: 'the rights of a role are scopes of identity.api',
    right: {
      'identity.roles': [{ name: 'staff', ownership }],
      'identity.api': { identifier: 'https://api.example.test', ownership },
    },
  },
  'clients of integrations live in a tenant': {
    wrong: { ...without('identity', 'interfaces'), 'integrations.0.client': 'crm-erp' },
    code: 'inventory-dangling-reference',
    says: 'it names an Auth0 client',
    right: { 'integrations.0.client': 'crm-erp' },
  },
  'administrators of the tenant log in somewhere': {
    wrong: { ...without('interfaces'), 'operators.0.auth0Role': 'crm-administrators' },
    code: 'inventory-dangling-reference',
    says: 'there is no connection or no client',
    right: { 'operators.0.auth0Role': 'crm-administrators' },
  },
  'IAM roles are listed once': {
    wrong: { ...sealed, 'operators.1': { name: 'admins', iamRoles: ['crm-admin', 'CRM-Admin'], ownership } },
    code: 'inventory-used-twice',
    says: 'the IAM role "crm-admin" is listed earlier too',
    right: { ...sealed, 'operators.1': { name: 'admins', iamRoles: ['crm-admin', 'crm-dba'], ownership } },
  },
  'IAM users are listed once': {
    wrong: { ...sealed, 'operators.1': { name: 'admins', iamUsers: ['anna', 'anna'], ownership } },
    code: 'inventory-used-twice',
    says: 'the IAM user "anna" is listed earlier too',
    right: { ...sealed, 'operators.1': { name: 'admins', iamUsers: ['anna', 'ben'], ownership } },
  },
  'runner is no operator in IAM': {
    wrong: { ...sealed, 'operators.0.iamUsers': ['teardown-runner'] },
    code: 'inventory-runner-cut',
    says: '"teardown-runner" is runner.aws and is listed to be cut',
    right: { ...sealed, 'operators.0.iamRoles': ['teardown-runner'] },
  },
  'breakGlass is no operator in IAM': {
    wrong: { ...sealed, 'operators.0.iamRoles': ['sealed'] },
    code: 'inventory-break-glass-cut',
    says: '"sealed" is breakGlass.aws and is listed to be cut',
    right: { ...sealed, 'operators.0.iamUsers': ['sealed'] },
  },
  'runner is named beside operators in IAM': {
    wrong: { ...sealed, objects: [], runner: undefined, 'operators.0.iamUsers': ['anna'] },
    code: 'inventory-runner-missing',
    says: 'nothing keeps it from being one of them',
    right: { ...sealed, objects: [], runner: undefined },
  },
  'breakGlass is named beside operators in IAM': {
    wrong: { 'operators.0.iamUsers': ['anna'] },
    code: 'inventory-break-glass-missing',
    says: 'nobody but the runner could act in the account',
    right: { ...sealed, 'operators.0.iamUsers': ['anna'] },
  },
  'only neighbouring waves are merged': {
    wrong: { together: [['accounts', 'modules']] },
    code: 'inventory-merge',
    says: 'between accounts, modules lies a wave that this system has',
    right: { together: [['accounts', 'sensitive', 'modules']] },
  },
  'a wave is merged once': {
    wrong: { 'together.0': ['accounts', 'sensitive'], 'together.1': ['sensitive', 'modules'] },
    code: 'inventory-merge',
    says: 'revoked/sensitive is in an earlier group too',
    right: { 'together.0': ['accounts', 'sensitive'], 'together.1': ['modules', 'interfaces'] },
  },
};

/** Not in the table above: it needs an inventory that is nearly empty. */
const alone = ['there is something to tear down'];
const bare: Edits = {
  ...without('database', 'modules', 'interfaces', 'objects', 'integrations', 'services', 'operators'),
  dataClasses: {},
};

describe('rules of the inventory', () => {
  it('are all covered by a case in this file, and only they', () => {
    expect(rules.map(({ name }) => name).toSorted()).toEqual([...Object.keys(cases), ...alone].toSorted());
  });

  it('let the inventory of the slice through', () => {
    expect(problemsAfter({})).toEqual([]);
  });

  it.each(Object.entries(cases))(
    '%s: the breach is refused once, with hint and place',
    (_, { wrong, code, says }) => {
      const problems = problemsAfter(wrong).filter(({ detail }) => detail.includes(says));
      expect(codes(problems)).toEqual([code]);
      expect(problems[0]?.hint).not.toBe('');
      expect(problems[0]?.place?.file).toBe('crm.inventory.yaml');
    },
  );

  it.each(Object.entries(cases))(
    '%s: what is right next to the breach passes',
    (_, { code, says, right }) => {
      const same = problemsAfter(right).filter(
        (problem) => problem.code === code && problem.detail.includes(says),
      );
      expect(same).toEqual([]);
    },
  );

  it('refuse a shared bucket of which no part is named', () => {
    const problems = problemsAfter({ 'objects.0.ownership': 'shared' });
    expect(codes(problems)).toEqual(['inventory-ownership-contradiction']);
    expect(problems[0]?.hint).toContain('prefix: crm/');
  });

  it.each([
    ['crm/', 'crm/mail/'],
    ['crm/', 'crm/'],
    ['crm/', 'mail/'],
  ])('refuse a bucket that is shared by %s and %s: it has one policy', (first, second) => {
    const shared = { ...attachments, ownership: 'shared' };
    const problems = problemsAfter({
      'objects.0': { ...shared, prefix: first },
      'objects.1': { ...shared, prefix: second, name: 'mail' },
    });
    expect(codes(problems)).toEqual(['inventory-used-twice']);
  });

  it.each(['', '/', '/crm/', 'crm', 'crm//', 'crm//mail/', 'crm*/', 'cr?/', '${aws:username}/', 'a b/'])(
    'refuse %j as a prefix',
    (prefix) => {
      const problems = problemsAfter({ 'objects.0': { ...attachments, ownership: 'shared', prefix } });
      expect(codes(problems)).toEqual(['inventory-wrong-value']);
    },
  );

  it.each(['crm/', 'crm/mail/', 'crm.v2/客户/'])('let %j through as a prefix', (prefix) => {
    expect(problemsAfter({ 'objects.0': { ...attachments, ownership: 'shared', prefix } })).toEqual([]);
  });

  it('refuse a system of which nothing would be torn down', () => {
    const problems = problemsAfter({ ...bare, 'identity.connections': undefined });
    expect(codes(problems)).toEqual(['inventory-nothing-to-tear-down']);
  });

  it('let a system of identity connections alone through', () => {
    expect(problemsAfter(bare)).toEqual([]);
  });

  it('report breaches of several rules in one run, in the order of the file', () => {
    const problems = problemsAfter({
      'breakGlass.database': 'crm_erp',
      'modules.0.data': ['passports'],
      'database.name': 'template1',
      together: [['accounts', 'services']],
    });
    expect(codes(problems)).toEqual([
      'inventory-enforced-nowhere',
      'inventory-dangling-reference',
      'inventory-wrong-value',
      'inventory-break-glass-cut',
      'inventory-merge',
    ]);
  });

  it('still run when another section has the wrong shape', () => {
    const problems = problemsAfter({ timing: 'soon', 'modules.1.data': ['invoices', 'contact'] });
    expect(codes(problems)).toEqual(['inventory-wrong-type', 'inventory-dangling-reference']);
  });

  it('are silent about a section that has the wrong shape itself', () => {
    const problems = problemsAfter({ 'modules.1.role': 7, 'modules.1.data': ['invoices', 'contact'] });
    expect(codes(problems)).toEqual(['inventory-wrong-type']);
  });
});

describe('merged waves', () => {
  it.each([
    [['accounts', 'accounts'], 'accounts, accounts are not waves of one stage in order'],
    [['modules', 'sensitive'], 'modules, sensitive are not waves of one stage in order'],
    [['admins', 'data'], 'admins, data are not waves of one stage in order'],
    [['admins'], 'a group needs at least two waves'],
    [[], 'a group needs at least two waves'],
    [
      ['services', 'interfaces'],
      'services releases the protection of what the later waves of destroyed remove',
    ],
    [['sensetive', 'modules'], '"sensetive" is no wave'],
    [['revoked/sensitive', 'modules'], '"revoked/sensitive" is no wave'],
  ])('%j is refused', (group, says) => {
    const problems = problemsAfter({ together: [group] });
    expect(problems.map(({ code, detail }) => [code, detail])).toEqual([['inventory-merge', says]]);
  });

  it('suggest the wave that was meant', () => {
    const [problem] = problemsAfter({ together: [['sensetive', 'modules']] });
    expect(problem?.hint).toBe('did you mean "sensitive"?');
  });

  it.each([[['interfaces', 'integrations', 'services']], [['interfaces', 'identities', 'data']]])(
    '%j are neighbours in one of the two stages',
    (group) => {
      expect(problemsAfter({ together: [group] })).toEqual([]);
    },
  );

  it('count waves as neighbours when the system has nothing for those between them', () => {
    expect(problemsAfter({ integrations: undefined, together: [['interfaces', 'services']] })).toEqual([]);
  });
});
