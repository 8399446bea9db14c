import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Moto, projectRoot } from '../install/index.ts';
import type { Layout } from '../layout.ts';
import { launch, untilReady } from './processes.ts';

/** One process serves all AWS services on a port of its own choice; its state lives in memory. Returns its URL. */
export async function startMoto(moto: Moto, layout: Layout): Promise<string> {
  const log = join(layout.logs, 'moto.log');
  const launched = launch(layout.processes, {
    name: 'moto',
    command: moto.python,
    args: [join(projectRoot, 'sandbox', 'servers', 'aws.py'), '-H', '127.0.0.1', '-p', '0'],
    environment: { PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1', NO_COLOR: '1' },
    directory: layout.directory,
    log,
    stopSignal: 'SIGTERM',
  });
  return await untilReady(launched, '60 seconds', async () => {
    const url = existsSync(log)
      ? /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(readFileSync(log, 'utf8'))?.[1]
      : undefined;
    return url !== undefined && (await answers(url)) ? url : undefined;
  });
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/moto-api/`, { signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    return false;
  }
}
