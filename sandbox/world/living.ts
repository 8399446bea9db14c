import { startFront } from './front.ts';
import { startHeartbeat } from './database.ts';
import { type World } from './index.ts';

/** Where the servers of a running sample CRM listen. */
export interface Addresses {
  /** Of its gateway. */
  readonly front: string;
}

/** A sample CRM that runs in this process. */
export interface Living {
  readonly addresses: Addresses;
  stop(): Promise<void>;
}

/** Starts what runs of the sample CRM all day: the front of its gateway, and the heartbeat of the database server. */
export async function startLiving({ surroundings: { environment }, keys }: World): Promise<Living> {
  const stopHeartbeat = startHeartbeat(environment.CRM_DATABASE_URL);
  const front = await startFront({ ...keys.gateway, environment });
  return {
    addresses: { front: front.url },
    stop: async () => {
      await Promise.all([front.close(), stopHeartbeat()]);
    },
  };
}
