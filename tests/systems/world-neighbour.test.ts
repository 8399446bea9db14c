import { randomBytes } from 'node:crypto';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { inDatabase, withServer } from '../../sandbox/database-picture.ts';
import { environmentOf } from '../../sandbox/slice/environment.ts';
import { database } from '../../sandbox/world/database.ts';
import { identity } from '../../sandbox/world/identity.ts';
import { openShop } from '../../sandbox/world/neighbour.ts';
import { testNeighbour } from '../../sandbox/world/neighbour-suite.ts';
import { objects } from '../../sandbox/world/objects.ts';
import { services } from '../../sandbox/world/services.ts';
import { testSandbox } from '../sandbox-name.ts';

const environment = environmentOf(testSandbox().env);
let opened: Awaited<ReturnType<typeof openShop>>;
let carriers: () => Promise<unknown>;

beforeAll(async () => {
  const system = `shop-${randomBytes(4).toString('hex')}`;
  const surroundings = { environment, system, underscored: system.replaceAll('-', '_'), accounts: 50 };
  carriers = () => Promise.all([database, objects].map((part) => part.read(surroundings)));
  opened = await openShop(environment, {
    ...(await database.build(surroundings)),
    ...(await identity.build(surroundings)),
    ...(await objects.build(surroundings)),
    ...(await services.build(surroundings)),
  });
}, 60_000);
afterAll(() => opened.close());

/** Names of what its suite found wrong. */
async function wrong(keys = opened.keys): Promise<readonly string[]> {
  return (await testNeighbour(keys)).filter(({ result }) => result !== 'passed').map(({ name }) => name);
}

it('passes its own suite and leaves all as it was; the suite sees each thing that is taken from it', async () => {
  const before = await carriers();
  expect(await testNeighbour(opened.keys)).toHaveLength(8);
  expect(await wrong()).toEqual([]);
  expect(await carriers()).toEqual(before);

  const { keys } = opened;
  const nobody = { ...keys.shopCustomer, password: 'another' };
  expect(await wrong({ ...keys, shopCustomer: nobody })).toEqual([
    'its customer logs in',
    'its API answers its customer and nobody else',
  ]);
  expect(await wrong({ ...keys, sharedCustomer: nobody })).toEqual(['a customer of both products logs in']);
  expect(await wrong({ ...keys, neighbour: 'gone' })).toEqual(['its service runs']);
  expect(await wrong({ ...keys, bucket: `${keys.bucket}-gone` })).toEqual([
    'its object is read',
    'its object is written',
  ]);
  const s3 = new S3Client({ forcePathStyle: true });
  await s3.send(new DeleteObjectCommand({ Bucket: keys.bucket, Key: keys.shopObject }));
  s3.destroy();
  expect(await wrong()).toEqual(['its object is read']);
  const url = new URL(keys.shopDatabase);
  const sql = (statement: string) =>
    withServer(inDatabase(environment.CRM_DATABASE_URL, url.pathname.slice(1)), (query) => query(statement));
  await sql(`REVOKE UPDATE ON shop.baskets FROM ${url.username}`);
  expect(await wrong()).toEqual([
    'its rows are written',
    'its object is read',
    'its API answers its customer and nobody else',
  ]);
}, 60_000);
