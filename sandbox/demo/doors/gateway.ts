import { request } from 'node:http';
import { within } from '../../../diagnostics/index.ts';
import type { GatewayKeys } from '../../world/gateway.ts';
import { interfaces, readOnlyInterfaces } from '../closures.ts';
import type { Door, Outcome } from '../door.ts';

/** What the doors need besides the keys: where the front listens. */
export interface GatewayDoorKeys extends GatewayKeys {
  readonly front: string;
}

/** Calls that reach the gateway from outside, through its front. */
export const gatewayDoors: readonly Door<GatewayDoorKeys>[] = [
  {
    principal: 'ERP',
    attempt: 'reads contacts at the gateway',
    closedBy: [interfaces],
    answer: 'enforced',
    run: (keys) => outcomeOf(keys, 'GET', keys.erpKey),
  },
  {
    principal: 'ERP',
    attempt: 'writes a contact at the gateway',
    closedBy: [readOnlyInterfaces],
    answer: 'enforced',
    run: (keys) => outcomeOf(keys, 'POST', keys.erpKey),
  },
  {
    principal: 'partner',
    attempt: 'deletes a contact at the gateway',
    closedBy: [readOnlyInterfaces],
    answer: 'enforced',
    run: (keys) => outcomeOf(keys, 'DELETE', keys.partnerKey),
  },
  {
    principal: 'partner',
    attempt: 'reads contacts at the default host of the gateway',
    closedBy: [interfaces],
    answer: 'enforced',
    run: (keys) =>
      outcomeOf(keys, 'GET', keys.partnerKey, `${keys.api}.execute-api.eu-central-1.amazonaws.com`),
  },
];

async function outcomeOf(
  { front }: GatewayDoorKeys,
  method: string,
  key: string,
  host?: string,
): Promise<Outcome> {
  const { status } = await callGateway(front, method, key, host);
  if (status === 200) return 'allowed';
  if ([403, 404, 410, 429].includes(status)) return 'refused';
  throw new Error(`the front answered ${status}`);
}

/** One call of /contacts; `fetch` would not let the Host be chosen. */
export function callGateway(
  front: string,
  method: string,
  key: string,
  host?: string,
): Promise<{ readonly status: number; readonly body: string }> {
  const headers = { 'x-api-key': key, ...(host === undefined ? {} : { host }) };
  const called = new Promise<{ status: number; body: string }>((resolve, reject) => {
    const call = request(`${front}/contacts`, { method, headers }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body });
      });
    });
    call.on('error', reject).end();
  });
  return within('20 seconds', 'calling the gateway', called);
}
