import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { within } from '../../diagnostics/index.ts';
import { withServer } from '../database-picture.ts';
import { logIn } from '../identity/visitor.ts';
import type { IdentityKeys } from './identity.ts';
import type { ObjectKeys } from './objects.ts';
import type { ServiceKeys } from './services.ts';

/** What the web shop holds of all the carriers that it shares with the CRM. */
export interface NeighbourKeys
  extends
    Pick<IdentityKeys, 'shop' | 'shopCustomer' | 'sharedCustomer'>,
    Pick<ObjectKeys, 'bucket' | 'shopObject' | 'shopAccess'>,
    Pick<ServiceKeys, 'cluster' | 'neighbour'> {
  /** Its own login to its own database, on the server that it shares with the CRM. */
  readonly shopDatabase: string;
  /** Audience of the tokens that the shop takes. */
  readonly shopAudience: string;
  /** Where the shop listens. */
  readonly shopUrl: string;
}

/** One test of the web shop's own suite. `result` is `passed` or what was wrong, without anybody's data. */
export interface NeighbourCheck {
  readonly name: string;
  readonly result: string;
}

/** Each throws what is wrong. */
const tests: Readonly<Record<string, (keys: NeighbourKeys) => Promise<void>>> = {
  'its customer logs in': async ({ shop, shopCustomer }) => {
    expectThat('the tenant lets the customer in', (await logIn(shop, shopCustomer)).allowed);
  },
  'a customer of both products logs in': async ({ shop, sharedCustomer }) => {
    expectThat('the tenant lets the customer in', (await logIn(shop, sharedCustomer)).allowed);
  },
  'its rows are read': async ({ shopDatabase }) => {
    const count = 'SELECT count(*)::int AS n FROM shop.baskets';
    const [row] = await withServer(shopDatabase, (query) => query(count));
    expectThat('baskets are there', Number(row?.n) > 0);
  },
  'its rows are written': async ({ shopDatabase }) => {
    const change = 'UPDATE shop.baskets SET article = article WHERE id = 2 RETURNING id';
    const changed = await withServer(shopDatabase, (query) => query(change));
    expectThat('one basket is changed', changed.length === 1);
  },
  'its object is read': (keys) =>
    withClient(s3Of(keys), async (s3) => {
      const found = await s3.send(new GetObjectCommand({ Bucket: keys.bucket, Key: keys.shopObject }));
      expectThat('the object has a text', ((await found.Body?.transformToString()) ?? '') !== '');
    }),
  'its object is written': (keys) =>
    withClient(s3Of(keys), async (s3) => {
      const Key = 'shop/written-by-its-suite.txt';
      const put = new PutObjectCommand({ Bucket: keys.bucket, Key, Body: 'written' });
      const { VersionId } = await s3.send(put);
      const found = await s3.send(new GetObjectCommand({ Bucket: keys.bucket, Key }));
      expectThat('the text is there', (await found.Body?.transformToString()) === 'written');
      await s3.send(new DeleteObjectCommand({ Bucket: keys.bucket, Key, VersionId }));
    }),
  'its API answers its customer and nobody else': async ({ shop, shopCustomer, shopAudience, shopUrl }) => {
    const answer = await logIn(shop, shopCustomer, shopAudience);
    expectThat('the tenant lets the customer in', answer.allowed);
    const token = answer.allowed ? String(answer.tokens.access_token) : '';
    const change = { method: 'PUT', body: JSON.stringify({ article: 'article 1' }) };
    expectThat('baskets are listed', (await call(`${shopUrl}/baskets`, token)) === 200);
    expectThat('a basket is changed', (await call(`${shopUrl}/baskets/1`, token, change)) === 200);
    expectThat('a stranger is refused', (await call(`${shopUrl}/baskets`, 'nobody')) === 401);
  },
  'its service runs': ({ cluster, neighbour }) =>
    withClient(new ECSClient({ maxAttempts: 2 }), async (ecs) => {
      const { services = [] } = await ecs.send(
        new DescribeServicesCommand({ cluster, services: [neighbour] }),
      );
      const [service] = services;
      expectThat('one task is wanted', service?.status === 'ACTIVE' && service.desiredCount === 1);
    }),
};

/**
 * The web shop's own test suite, over what it holds alone: all of it must pass at every step of the CRM's teardown. It writes back
 * what it found, and leaves nothing.
 */
export async function testNeighbour(keys: NeighbourKeys): Promise<readonly NeighbourCheck[]> {
  return Promise.all(
    Object.entries(tests).map(async ([name, test]) => {
      const result = await within('30 seconds', name, test(keys)).then(
        () => 'passed',
        (error: unknown) => reasonOf(error),
      );
      return { name, result };
    }),
  );
}

class Unexpected extends Error {}

function expectThat(what: string, holds: boolean): void {
  if (!holds) throw new Unexpected(`not so: ${what}`);
}

/** Our own words, or a code or name only: a message could hold the credentials. */
function reasonOf(error: unknown): string {
  if (error instanceof Unexpected) return error.message;
  const { code, name } = error as { readonly code?: string; readonly name?: string };
  return `could not look: ${code ?? name ?? 'unknown'}`;
}

function s3Of({ shopAccess }: NeighbourKeys): S3Client {
  const credentials = { accessKeyId: shopAccess, secretAccessKey: shopAccess };
  return new S3Client({ forcePathStyle: true, maxAttempts: 2, credentials });
}

async function withClient<Client extends { destroy(): void }>(
  client: Client,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  try {
    await work(client);
  } finally {
    client.destroy();
  }
}

async function call(url: string, token: string, more: RequestInit = {}): Promise<number> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(more.body && { 'content-type': 'application/json' }),
  };
  const response = await fetch(url, { ...more, headers });
  await response.body?.cancel();
  return response.status;
}
