import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  auth0ClientInputs,
  auth0ConnectionClientsInputs,
  auth0ConnectionInputs,
  clientIdOf,
  findConnectionByName,
  listClients,
  observeAuth0Client,
  observeAuth0Connection,
  readAuth0Client,
  readAuth0Connection,
} from '../../connectors/auth0-facts.ts';
import type { TeardownError } from '../../diagnostics/index.ts';
import { remove, type Server, smallWorld, startServer } from './support.ts';

const run = promisify(execFile);

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => remove(server));
beforeEach(() => {
  Object.assign(process.env, server.environment);
});

const findClientByName = async (name: string) => clientIdOf(name, await listClients());

async function problemOf(looking: Promise<unknown>) {
  const error = await looking.then(
    () => undefined,
    (thrown: unknown) => thrown as TeardownError,
  );
  return error?.problems[0];
}

describe('observing', () => {
  it('a client gives exactly its facts, without its secret', async () => {
    const { application } = await smallWorld(server, 'facts');
    expect(await observeAuth0Client(application.clientId)).toEqual({
      name: 'crm-portal-facts',
      appType: 'regular_web',
      grantTypes: ['password', 'refresh_token', 'client_credentials'],
      callbacks: ['https://portal.example.test/callback'],
    });
  });

  it('a connection gives its facts and all of its clients, sorted', async () => {
    const { connectionId, application } = await smallWorld(server, 'sorted');
    const more = await Promise.all(
      Array.from({ length: 55 }, (_, index) => server.api.clients.create({ name: `more-${index}` })),
    );
    const ids = more.map(({ client_id = '' }) => client_id);
    for (const part of [ids.slice(0, 50), ids.slice(50)]) {
      const changes = part.map((client_id) => ({ client_id, status: true }));
      await server.api.connections.clients.update(connectionId, changes);
    }
    expect(await observeAuth0Connection(connectionId)).toEqual({
      name: 'crm-users-sorted',
      strategy: 'auth0',
      disableSignup: false,
      enabledClients: [...ids, application.clientId].sort(),
    });
  });

  it('what is not there gives undefined', async () => {
    expect(await observeAuth0Client('nobody')).toBeUndefined();
    expect(await observeAuth0Connection('con_nobody')).toBeUndefined();
  });
});

describe('finding by name', () => {
  it('gives the id, or undefined', async () => {
    const { connectionId, application } = await smallWorld(server, 'named');
    expect(await findClientByName('crm-portal-named')).toBe(application.clientId);
    expect(await findConnectionByName('crm-users-named')).toBe(connectionId);
    expect(await findClientByName('crm-portal-name')).toBeUndefined();
    expect(await findConnectionByName('crm-users-name')).toBeUndefined();
  });

  it('finds a client behind the first page', async () => {
    for (let index = 0; index < 110; index += 1) await server.api.clients.create({ name: `page-${index}` });
    const { client_id } = await server.api.clients.create({ name: 'the-last-one' });
    expect(await findClientByName('the-last-one')).toBe(client_id);
  });

  it('refuses to choose between two clients of one name', async () => {
    await server.api.clients.create({ name: 'twin' });
    await server.api.clients.create({ name: 'twin' });
    expect(await problemOf(findClientByName('twin'))).toMatchObject({
      code: 'connector-name-ambiguous',
      exit: 'unreachable',
    });
  });
});

describe('the inputs that leave a thing as it is', () => {
  it('hold the description, an explicit disableSignup and every option', async () => {
    const { connectionId, application } = await smallWorld(server, 'inputs');
    const client = await readAuth0Client(application.clientId);
    const connection = await readAuth0Connection(connectionId);
    expect(client && auth0ClientInputs(client)).toEqual({
      name: 'crm-portal-inputs',
      description: '',
      appType: 'regular_web',
      grantTypes: ['password', 'refresh_token', 'client_credentials'],
      callbacks: ['https://portal.example.test/callback'],
    });
    expect(connection && auth0ConnectionInputs(connection)).toEqual({
      name: 'crm-users-inputs',
      strategy: 'auth0',
      options: { disableSignup: false, bruteForceProtection: true, passwordPolicy: 'good' },
    });
    expect(connection && auth0ConnectionClientsInputs(connection)).toEqual({
      connectionId,
      enabledClients: [application.clientId],
    });
  });

  it('are refused for a connection with an option that would be lost', () => {
    const connection = {
      id: 'con_1',
      name: 'legacy',
      strategy: 'auth0',
      options: { disable_signup: false, import_mode: true },
      enabledClients: [],
    };
    expect(() => auth0ConnectionInputs(connection)).toThrow(/connector-option-unknown.*\n.*import_mode/);
  });
});

describe('when it cannot look', () => {
  it.each([
    ['AUTH0_CLIENT_SECRET', 'wrong', 'connector-credentials-refused'],
    ['AUTH0_CLIENT_SECRET', '', 'connector-credentials-missing'],
    ['AUTH0_DOMAIN', 'localhost:9', 'connector-unreachable'],
    ['AUTH0_DOMAIN', 'https://localhost', 'connector-credentials-malformed'],
  ])('with %s=%s it says so instead of "absent"', async (name, value, code) => {
    process.env[name] = value;
    const problem = await problemOf(observeAuth0Client('nobody'));
    expect(problem).toMatchObject({ code, exit: 'unreachable' });
    expect(JSON.stringify(problem)).not.toContain(server.management.clientSecret);
  });
});

/** A tenant that answers every list of clients with this, after a log-in that works. */
function answering(status: number, body: (page: number) => unknown): void {
  const json = (code: number, value: unknown) => Promise.resolve(Response.json(value, { status: code }));
  jest.spyOn(globalThis, 'fetch').mockImplementation((address) => {
    const url = new URL(address instanceof Request ? address.url : address);
    if (url.pathname === '/oauth/token') return json(200, { access_token: 'a', expires_in: 60 });
    return json(status, body(Number(url.searchParams.get('page'))));
  });
}

describe('a tenant that does not show everything', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const hundred = Array.from({ length: 100 }, (_, index) => ({ client_id: String(index), name: 'other' }));

  it('is an error when its list ends at exactly 1,000, for the name may stand behind', async () => {
    answering(200, () => ({ clients: hundred }));
    expect(await problemOf(findClientByName('crm-portal'))).toMatchObject({
      code: 'connector-list-incomplete',
      exit: 'unreachable',
    });
  });

  it('is read to its end when the last page is empty', async () => {
    answering(200, (page) => ({ clients: page < 3 ? hundred : [] }));
    expect(await findClientByName('crm-portal')).toBeUndefined();
  });

  it('is an error when our client lacks the right, never an absence', async () => {
    answering(403, () => ({ statusCode: 403, error: 'Forbidden', message: 'Insufficient scope' }));
    expect(await problemOf(findClientByName('crm-portal'))).toMatchObject({
      code: 'connector-rights-missing',
    });
    expect(await problemOf(observeAuth0Client('x'))).toMatchObject({ code: 'connector-rights-missing' });
  });

  it('is an error when it answers what we do not understand', async () => {
    answering(400, () => ({ statusCode: 400 }));
    const problem = await problemOf(observeAuth0Connection('x'));
    expect(problem).toMatchObject({ code: 'connector-answer-unexpected', exit: 'unreachable' });
  });
});

describe('a process of its own', () => {
  const file = join(import.meta.dirname, '..', '..', 'connectors', 'auth0-facts.ts');
  const script = `const { listClients } = await import(${JSON.stringify(file)});
    console.log(await listClients().then(() => 'all of them', (error) => error.message));`;
  const ask = async (environment: Readonly<Record<string, string>>) => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
      env: environment,
    });
    return stdout;
  };

  it('trusts the private CA through NODE_EXTRA_CA_CERTS', async () => {
    expect(await ask(server.environment)).toBe('all of them\n');
  });

  it('says without it that there is no connection, and why', async () => {
    expect(await ask({ ...server.environment, NODE_EXTRA_CA_CERTS: '' })).toMatch(
      /connector-unreachable.*\n.*(CERT|VERIFY).*\n.*NODE_EXTRA_CA_CERTS/,
    );
  });
});
