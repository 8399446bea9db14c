import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openStore } from '../../sandbox/identity/store.ts';
import type { Connection } from '../../sandbox/identity/tenant.ts';
import { temporaryDirectory } from './support.ts';

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const file = () => join(directory, 'tenant.ndjson');
const connection = (id: string): Connection => ({
  id,
  name: `connection-${id}`,
  strategy: 'auth0',
  options: {},
  enabledClients: [],
});

describe('the file of a tenant', () => {
  it('grows by a line for each change, and holds an entry once after the next opening', async () => {
    const store = await openStore(directory);
    const { tenant } = store;
    tenant.connections.set('a', connection('a'));
    tenant.connections.set('a', { ...connection('a'), enabledClients: ['portal'] });
    tenant.connections.set('b', connection('b'));
    tenant.connections.delete('b');
    await store.flush();
    expect(readFileSync(file(), 'utf8').match(/\n/g)).toHaveLength(4);
    const again = await openStore(directory);
    expect(
      [...again.tenant.connections.values()].map(({ id, enabledClients }) => [id, enabledClients]),
    ).toEqual([['a', ['portal']]]);
    expect(readFileSync(file(), 'utf8').match(/\n/g)).toHaveLength(1);
  });

  it('counts without the rest of a line that a kill cut short', async () => {
    const store = await openStore(directory);
    const { tenant } = store;
    tenant.connections.set('a', connection('a'));
    await store.flush();
    appendFileSync(file(), '["connections","b",{"id":"b');
    expect([...(await openStore(directory)).tenant.connections.keys()]).toEqual(['a']);
  });

  it('is refused with a damaged line in it', async () => {
    writeFileSync(file(), '["connections","a",{"id"\n["connections","b",null]\n');
    await expect(openStore(directory)).rejects.toThrow();
  });
});
