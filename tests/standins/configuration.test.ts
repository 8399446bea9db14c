import { describe, expect, it } from '@jest/globals';
import { unknown } from '../../provider/protocol.ts';
import { policyMeaning } from '../../sandbox/standins/aws/bucket-policy.ts';
import { clientsFor } from '../../sandbox/standins/aws/clients.ts';
import { settingsFrom } from '../../sandbox/standins/postgresql/server.ts';

describe('configuration of the postgresql stand-in', () => {
  const url = 'postgresql://runner:pass%20word@127.0.0.1:5544/postgres';

  it('comes from CRM_DATABASE_URL even if a stray PGHOST points elsewhere', () => {
    expect(settingsFrom({}, { CRM_DATABASE_URL: url, PGHOST: 'production' })).toEqual({
      host: '127.0.0.1',
      port: 5544,
      user: 'runner',
      password: 'pass word',
      database: 'postgres',
      sslmode: 'disable',
    });
  });

  it('comes from the PG variables otherwise, and the provider arguments win over both', () => {
    const environment = { PGHOST: 'db', PGUSER: 'me', PGPASSWORD: 'hush' };
    expect(settingsFrom({ port: '6000', sslmode: 'require', superuser: 'false' }, environment)).toEqual({
      host: 'db',
      port: 6000,
      user: 'me',
      password: 'hush',
      database: 'postgres',
      sslmode: 'require',
    });
    expect(settingsFrom({ host: 'other' }, { CRM_DATABASE_URL: url }).host).toBe('other');
  });

  it.each([
    [{ clientcert: 'x' }, { PGHOST: 'db' }, 'unknown provider configuration: clientcert'],
    [{ superuser: true }, { PGHOST: 'db' }, 'superuser is not false'],
    [{ port: '70000' }, { PGHOST: 'db' }, 'port is "70000"'],
    [{ sslmode: 'prefer' }, { PGHOST: 'db' }, 'sslmode is "prefer"'],
    [{ host: unknown }, {}, 'not known yet'],
    [{}, {}, 'no host'],
    [{}, { CRM_DATABASE_URL: 'nonsense' }, 'CRM_DATABASE_URL is not a URL'],
  ])('refuses %j', (config, environment, message) => {
    expect(() => settingsFrom(config, environment)).toThrow(message);
  });
});

describe('configuration of the aws stand-in', () => {
  const environment = {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_REGION: 'eu-central-1',
  };

  it('takes the region from the environment, and from the provider arguments first', () => {
    expect(clientsFor({}, environment).region).toBe('eu-central-1');
    expect(clientsFor({ region: 'cn-north-1', skipRegionValidation: 'true' }, environment).region).toBe(
      'cn-north-1',
    );
  });

  it.each([
    ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL is not set'],
    ['AWS_ACCESS_KEY_ID', 'the AWS access key is not set'],
    ['AWS_REGION', 'no region'],
  ])('never falls back on the real AWS: without %s there is no client', (name, message) => {
    expect(() => clientsFor({}, { ...environment, [name]: undefined })).toThrow(message);
  });

  it('refuses provider arguments it does not know, such as other endpoints', () => {
    expect(() => clientsFor({ endpoints: '[]' }, environment)).toThrow(
      'unknown provider configuration: endpoints',
    );
  });
});

describe('the meaning of a policy', () => {
  const statement = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::b/*' };
  const policy = { Version: '2012-10-17', Statement: statement };

  it('does not change with single values in lists, the order of lists, or the way of writing anybody', () => {
    const longer = {
      Statement: [
        { ...statement, Principal: { AWS: '*' }, Action: ['s3:PutObject'], Resource: [statement.Resource] },
      ],
      Version: '2012-10-17',
    };
    expect(policyMeaning(longer)).toEqual(policyMeaning(policy));
    const [one, other] = [
      ['s3:Put*', 's3:Delete*'],
      ['s3:Delete*', 's3:Put*'],
    ].map((Action) => policyMeaning({ ...policy, Statement: { ...statement, Action } }));
    expect(one).toEqual(other);
  });

  it('changes with effect, action and condition', () => {
    const different = [
      { ...statement, Effect: 'Allow' },
      { ...statement, Action: 's3:*' },
      { ...statement, Condition: { StringNotEquals: { 'aws:PrincipalArn': 'arn:x' } } },
    ].map((changed) => policyMeaning({ ...policy, Statement: [changed] }));
    for (const meaning of different) expect(meaning).not.toEqual(policyMeaning(policy));
  });
});
