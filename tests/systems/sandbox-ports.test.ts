import { createServer } from 'node:net';
import { mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { down, type Tools } from '../../sandbox/index.ts';
import { install } from '../../sandbox/install/index.ts';
import { type Layout, layoutOf } from '../../sandbox/layout.ts';
import { readRecords, startPostgresql } from '../../sandbox/servers/index.ts';
import { listening, stopAll } from '../connectors/faulty.ts';

jest.setTimeout(60_000);

const name = `ports-${process.pid}`;
let tools: Tools;
let layout: Layout;

/** The port of a process that was quicker. */
const takenPort = () => listening(createServer((socket) => socket.destroy()));

async function freePort(): Promise<number> {
  const port = await takenPort();
  await stopAll();
  return port;
}

beforeEach(async () => {
  tools = await install();
  layout = layoutOf(name);
  mkdirSync(layout.logs, { recursive: true, mode: 0o755 });
});
afterEach(async () => {
  await stopAll();
  await down(name);
});

describe('a port that somebody takes between its choice and the start of PostgreSQL', () => {
  it('is left to him, and another one is tried', async () => {
    const last = await freePort();
    const asked = [await takenPort(), await takenPort(), last];
    const url = await startPostgresql(tools.postgresql, layout, () => Promise.resolve(asked.shift() ?? 0));
    expect(new URL(url).port).toBe(String(last));
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await expect(client.query('SHOW port')).resolves.toMatchObject({ rows: [{ port: String(last) }] });
    await client.end();
    expect(readRecords(layout.processes).map((record) => record.name)).toEqual(['postgresql']);
  });

  it('is given up in one clear line when it happens again and again', async () => {
    const ports: number[] = [];
    const choose = async () => {
      const port = await takenPort();
      ports.push(port);
      return port;
    };
    await expect(startPostgresql(tools.postgresql, layout, choose)).rejects.toMatchObject({
      problems: [
        {
          code: 'sandbox-no-port',
          exit: 'unreachable',
          detail: expect.stringMatching(/^ports \d+, \d+, \d+ of 127\.0\.0\.1 were free and then taken/),
          hint: expect.stringContaining('ss -ltnp'),
        },
      ],
    });
    expect(ports).toHaveLength(3);
  });
});
