import { type Account, logIn, machineToken } from '../identity/visitor.ts';
import { startCrmServer } from './crm-server.ts';
import { startHeartbeat } from './database.ts';
import { startFront } from './front.ts';
import type { World, WorldKeys } from './index.ts';
import { openShop } from './neighbour.ts';
import type { NeighbourKeys } from './neighbour-suite.ts';
import { holdSession } from './session.ts';

/** What is there only while the sample CRM runs: where its servers listen, and tokens that were issued before any teardown. */
export interface LivingKeys {
  /** The gateway's front, with the CRM server behind it. */
  readonly front: string;
  /** The same stage, with an upstream that answers everything: what it refuses, the gateway refuses. */
  readonly gateway: string;
  /** The CRM server as it is reached from inside. */
  readonly crm: string;
  /** Asks over the session that a customer has had open since before any teardown. */
  readonly openSession: string;
  readonly tokens: Readonly<Record<'customer' | 'employee' | 'erp', string>>;
  readonly shop: NeighbourKeys;
}

/** A sample CRM that runs in this process. */
export interface Living {
  readonly keys: LivingKeys;
  stop(): Promise<void>;
}

/** Starts what runs of the sample CRM and its neighbour all day, and the heartbeat of their database server. */
export async function startLiving({ surroundings: { environment }, keys }: World): Promise<Living> {
  const { identity, database, gateway, objects, services } = keys;
  const audience = identity.api;
  const issuer = `https://${environment.AUTH0_DOMAIN}/`;
  const crm = await startCrmServer({ databaseUrl: database.urls.application, issuer, audience });
  const front = await startFront({ ...gateway, environment, upstream: crm.url });
  const bare = await startFront({ ...gateway, environment });
  const shop = await openShop(environment, { ...database, ...identity, ...objects, ...services });
  const session = await holdSession(database.urls.lanting);
  const stopHeartbeat = startHeartbeat(environment.CRM_DATABASE_URL);
  const all = [crm, front, bare, shop, session];
  return {
    keys: {
      front: front.url,
      gateway: bare.url,
      crm: crm.url,
      openSession: session.url,
      tokens: await tokensOf(keys),
      shop: shop.keys,
    },
    stop: async () => {
      await Promise.all([...all.map((each) => each.close()), stopHeartbeat()]);
    },
  };
}

async function tokensOf({ identity }: WorldKeys): Promise<LivingKeys['tokens']> {
  const of = async (account: Account): Promise<string> => {
    const answer = await logIn(identity.portal, account, identity.api);
    return answer.allowed ? String(answer.tokens.access_token) : '';
  };
  const machine = await machineToken(identity.erp, identity.api);
  return {
    customer: await of(identity.customer),
    employee: await of(identity.employee),
    erp: machine.allowed ? String(machine.tokens.access_token) : '',
  };
}
