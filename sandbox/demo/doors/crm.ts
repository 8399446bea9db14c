import { within } from '../../../diagnostics/index.ts';
import { logIn } from '../../identity/visitor.ts';
import type { IdentityKeys } from '../../world/identity.ts';
import type { GatewayKeys } from '../../world/gateway.ts';
import type { LivingKeys } from '../../world/living.ts';
import { testNeighbour } from '../../world/neighbour-suite.ts';
import { accounts, data, interfaces, modules, sensitive, services, writes } from '../closures.ts';
import type { Door, Outcome } from '../door.ts';

/** What the callers of the running CRM hold. */
export interface CrmDoorKeys extends LivingKeys {
  readonly people: IdentityKeys;
  readonly partnerKey: GatewayKeys['partnerKey'];
}

type CrmDoor = Door<CrmDoorKeys>;

/** The CRM itself, used as it was meant: through the gateway's front, by people with their tokens; and the neighbour's own suite. */
export const crmDoors: readonly CrmDoor[] = [
  door(
    'customer',
    'logs in and reads contacts through the front',
    [accounts, modules, interfaces, services],
    (keys) => afterLogIn(keys, 'customer', (token) => get(`${keys.front}/contacts`, token, keys.partnerKey)),
  ),
  door(
    'customer',
    'reads contacts through the front with a token of before',
    [modules, interfaces, services],
    (keys) => get(`${keys.front}/contacts`, keys.tokens.customer, keys.partnerKey),
  ),
  door('employee', 'logs in and changes a contact', [accounts, writes, modules, services], (keys) =>
    afterLogIn(keys, 'employee', (token) => changeNothing(`${keys.crm}/contacts`, token)),
  ),
  door('employee', 'changes a contact with a token of before', [writes, modules, services], (keys) =>
    changeNothing(`${keys.crm}/contacts`, keys.tokens.employee),
  ),
  door('employee', 'reads an identity number', [sensitive, modules, services], (keys) =>
    get(`${keys.crm}/contacts/3/id-number`, keys.tokens.employee),
  ),
  door('employee', 'reads invoices', [modules, services], (keys) =>
    get(`${keys.crm}/invoices`, keys.tokens.employee),
  ),
  door('ERP', 'reads orders at the CRM with a token of before', [modules, interfaces, services], (keys) =>
    get(`${keys.front}/orders`, keys.tokens.erp, keys.partnerKey),
  ),
  door('customer', 'goes on in a session opened before', [accounts, modules, data], ({ openSession }) =>
    ask(openSession),
  ),
  door('neighbour', 'passes its own test suite', [], async ({ shop }) => {
    const failed = (await testNeighbour(shop)).filter(({ result }) => result !== 'passed');
    if (failed.length > 0)
      throw Object.assign(new Error('the suite'), { code: failed.map(({ name }) => name).join('; ') });
    return 'allowed';
  }),
];

function door(
  principal: string,
  attempt: string,
  closedBy: CrmDoor['closedBy'],
  run: CrmDoor['run'],
): CrmDoor {
  return { principal, attempt, closedBy, answer: 'enforced', run };
}

async function afterLogIn(
  { people }: CrmDoorKeys,
  who: 'customer' | 'employee',
  work: (token: string) => Promise<Outcome>,
): Promise<Outcome> {
  const answer = await logIn(people.portal, people[who], people.api);
  return answer.allowed ? work(String(answer.tokens.access_token)) : 'refused';
}

/** Ways in which a server, or what stands before it, says no. */
const refusals = [401, 403, 404, 410, 429, 503];

function get(url: string, token: string, key?: string): Promise<Outcome> {
  const headers = { authorization: `Bearer ${token}`, ...(key !== undefined && { 'x-api-key': key }) };
  return ask(url, { headers });
}

async function ask(url: string, options: RequestInit = {}): Promise<Outcome> {
  const response = await within('20 seconds', 'a call of the CRM', fetch(url, options));
  await response.body?.cancel();
  if (response.status === 200) return 'allowed';
  if (refusals.includes(response.status)) return 'refused';
  throw Object.assign(new Error('an unexpected answer'), { code: `status ${response.status}` });
}

/** Gives the first contact the name it has. */
async function changeNothing(url: string, token: string): Promise<Outcome> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const listed = await within('20 seconds', 'a call of the CRM', fetch(url, { headers }));
  if (refusals.includes(listed.status)) return 'refused';
  const [first] = (await listed.json()) as readonly { readonly key: unknown; readonly name: unknown }[];
  const body = JSON.stringify({ key: String(first?.key), value: String(first?.name) });
  return ask(url, { method: 'PUT', headers, body });
}
