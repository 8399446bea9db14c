import type { Environment } from '../slice/environment.ts';
import {
  type ApplicationOptions,
  Refusal,
  type RunningApplication,
  startApplication,
} from './application.ts';
import type { DatabaseKeys } from './database.ts';
import type { NeighbourKeys } from './neighbour-suite.ts';

/** What the web shop is given where the CRM's own things are made. */
type Carriers = Omit<NeighbourKeys, 'shopDatabase' | 'shopAudience' | 'shopUrl'> & Pick<DatabaseKeys, 'urls'>;

/** The web shop in business on the carriers that it shares with the CRM: its own keys for its suite, and how it is closed. */
export async function openShop(
  { AUTH0_DOMAIN }: Pick<Environment, 'AUTH0_DOMAIN'>,
  { urls, shop, shopCustomer, sharedCustomer, bucket, shopObject, shopAccess, cluster, neighbour }: Carriers,
): Promise<{ readonly keys: NeighbourKeys; readonly close: () => Promise<void> }> {
  const shopAudience = 'https://shop.example.test';
  const shopDatabase = urls.neighbour;
  const issuer = `https://${AUTH0_DOMAIN}/`;
  const running = await startShop({ databaseUrl: shopDatabase, issuer, audience: shopAudience });
  const tenant = { shop, shopCustomer, sharedCustomer, shopAudience };
  const cloud = { bucket, shopObject, shopAccess, cluster, neighbour };
  const keys = { ...tenant, ...cloud, shopDatabase, shopUrl: running.url };
  return { keys, close: () => running.close() };
}

/**
 * The web shop, the second product on the carriers of the CRM: `GET /baskets` lists, `PUT /baskets/ID` with `{article}` changes one.
 * Its client, login, objects and service are made where the CRM's are.
 */
function startShop(options: ApplicationOptions): Promise<RunningApplication> {
  return startApplication(options, (app, { query, caller }) => {
    app.get('/baskets', async (request, reply) => {
      await caller(request);
      return reply.send(await query('SELECT id, article FROM shop.baskets ORDER BY id'));
    });
    app.put<{ Params: { id: string }; Body: { article?: string } | undefined }>(
      '/baskets/:id',
      async (request, reply) => {
        await caller(request);
        const change = 'UPDATE shop.baskets SET article = $2 WHERE id = $1 RETURNING id';
        const [row] = await query(change, [request.params.id, request.body?.article]);
        if (row === undefined) throw new Refusal(404, 'no such basket');
        return reply.send(row);
      },
    );
  });
}
