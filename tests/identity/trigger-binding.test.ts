import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as connectors from '../../connectors/index.ts';
import { type BindingConnectors, triggerBinding } from '../../provider/trigger-binding.ts';
import { logIn, refresh } from '../../sandbox/identity/index.ts';
import { auth0Provider } from '../../sandbox/standins/auth0/provider.ts';
import { driven, type Driven } from '../standins/handlers.ts';
import { remove, type Server, smallWorld, startServer } from './support.ts';

const type = 'teardown:index:TriggerBinding';
const trigger = 'post-login';
const code = `exports.onExecutePostLogin = async (event, api) => { api.access.deny('no'); };`;
const harmless = 'exports.onExecutePostLogin = async () => {};';

function resource(load: () => Promise<BindingConnectors> = () => Promise.resolve(connectors)): Driven {
  return driven({ name: 'teardown', version: '0.0.0', resources: { [type]: triggerBinding(load) } }, type);
}

let server: Server;
let actions: Driven;
beforeAll(async () => {
  server = await startServer();
  const provider = auth0Provider('0.0.0', server.environment);
  await provider.configure?.({ version: '0.0.0' });
  actions = driven(provider, 'auth0:index/action:Action');
});
afterAll(() => remove(server));
beforeEach(async () => {
  Object.assign(process.env, server.environment);
  await bind();
});

function action(name: string, source = code) {
  const supportedTriggers = { id: trigger, version: 'v3' };
  return actions.create({ name, code: source, deploy: true, supportedTriggers });
}

/** As another product of the tenant would: the list as a whole, under titles of its own. */
async function bind(...ids: readonly string[]): Promise<void> {
  const bindings = ids.map((value) => ({
    ref: { type: 'action_id' as const, value },
    display_name: titleOf(value),
  }));
  await server.api.actions.triggers.bindings.updateMany(trigger, { bindings });
}

function titleOf(id: string): string {
  return `Title of ${id.slice(0, 4)}`;
}

async function bound(): Promise<readonly string[]> {
  return (await connectors.readTrigger(trigger)).map(({ displayName }) => displayName);
}

describe('an action in the list of a shared tenant', () => {
  it('is not there and changes nothing, comes before what others have bound by then, and goes alone', async () => {
    const { application, account } = await smallWorld(server, 'binding');
    const shop = await action('shop', harmless);
    await bind(shop.id);
    const binding = resource();
    const open = { trigger, action: 'deny', bound: false };
    const closed = { ...open, bound: true };
    let state = await binding.create(open);
    expect(await bound()).toEqual([titleOf(shop.id)]);
    const before = await logIn(application, account);
    const late = await action('late', harmless);
    await bind(shop.id, late.id);
    const denial = await action('deny');
    state = await binding.update(closed, state);
    expect(await bound()).toEqual(['deny', titleOf(shop.id), titleOf(late.id)]);
    expect(await logIn(application, account)).toMatchObject({ allowed: false, error: 'access_denied' });
    const token = before.allowed ? String(before.tokens.refresh_token) : '';
    expect(await refresh(application, token)).toMatchObject({ allowed: false, error: 'access_denied' });
    await expect(actions.delete(denial)).rejects.toThrow(/bound to a trigger/);
    state = await binding.update(open, state);
    expect(await bound()).toEqual([titleOf(shop.id), titleOf(late.id)]);
    await binding.delete(state);
    await actions.delete(denial);
    expect(await logIn(application, account)).toMatchObject({ allowed: true });
  });

  it('is bound once, when the first try was killed after it had written', async () => {
    const other = await action('other', harmless);
    await action('again');
    await bind(other.id);
    const closed = { trigger, action: 'again', bound: true };
    await resource().create(closed);
    await resource().create(closed);
    expect(await bound()).toEqual(['again', titleOf(other.id)]);
  });

  it('is missed by a refresh when somebody took it out, and bound again', async () => {
    await action('missed');
    const binding = resource();
    const closed = { trigger, action: 'missed', bound: true };
    const state = await binding.create(closed);
    expect((await binding.diff(closed, state)).changes).toEqual({});
    await bind();
    const seen = await binding.refresh(state);
    if (!seen) throw new Error('the binding is not in the state any more');
    expect((await binding.diff(closed, seen)).changes).toEqual({ bound: 'update' });
    await binding.update(closed, seen);
    expect(await bound()).toEqual(['missed']);
  });

  it('is refused when it does not exist, and a preview writes nothing', async () => {
    const closed = { trigger, action: 'nowhere', bound: true };
    await expect(resource().create(closed)).rejects.toThrow(/trigger-binding-no-action.*\n?.*nowhere/s);
    await resource().previewCreate(closed);
    expect(await bound()).toEqual([]);
  });

  it('is refused when the list is not as it was written: somebody else wrote it meanwhile', async () => {
    await action('overwritten');
    const racing: BindingConnectors = {
      ...connectors,
      writeTrigger: async (...args) => {
        await connectors.writeTrigger(...args);
        await bind();
      },
    };
    const closed = { trigger, action: 'overwritten', bound: true };
    await expect(resource(() => Promise.resolve(racing)).create(closed)).rejects.toThrow('shared-part-left');
    expect(await bound()).toEqual([]);
  });

  it('refuses what it does not know', async () => {
    const strange = { trigger: 'credentials-exchange', action: 'deny', bound: true };
    await expect(resource().create(strange)).rejects.toThrow(/post-login/);
  });
});
