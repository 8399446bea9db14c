import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  type ApplicationOptions,
  type Backing,
  Refusal,
  type RunningApplication,
  startApplication,
} from './application.ts';

/** What somebody must hold: a machine the scope in its token, a person the permission in the CRM's own rows. */
interface Right {
  readonly scope: string;
  readonly permission: string;
}

/** One kind of thing that the CRM keeps, as its API shows it. */
interface Kind {
  readonly table: string;
  readonly key: string;
  readonly shown: string;
  readonly changed: string;
  readonly read: Right;
  readonly write: Right;
}

const seeContacts: Right = { scope: 'read:contacts', permission: 'contact.read' };
const seeIdentityNumbers: Right = { scope: 'read:contacts', permission: 'kyc.read' };
const change: Right = { scope: 'write:contacts', permission: 'contact.write' };

const kinds: Readonly<Record<string, Kind>> = {
  contacts: {
    table: 'crm.contacts',
    key: 'id',
    shown: 'name, email',
    changed: 'name',
    read: seeContacts,
    write: change,
  },
  orders: {
    table: 'crm.orders',
    key: 'id',
    shown: 'placed, total',
    changed: 'total',
    read: { scope: 'read:contacts', permission: 'order.read' },
    write: change,
  },
  campaigns: {
    table: 'crm.campaigns',
    key: 'id',
    shown: 'title, sent',
    changed: 'title',
    read: seeContacts,
    write: change,
  },
  invoices: {
    table: 'billing.invoices',
    key: 'number',
    shown: 'total, paid',
    changed: 'paid',
    read: { scope: 'read:invoices', permission: 'invoice.read' },
    write: { scope: 'write:invoices', permission: 'contact.write' },
  },
};

const body = z.strictObject({ key: z.string().min(1), value: z.string().min(1) });

/**
 * The CRM itself: `GET /contacts` lists, `PUT /contacts` with `{key, value}` changes one, and so for orders, campaigns and
 * invoices; `GET /contacts/ID/id-number` shows the sensitive column.
 */
export function startCrmServer(options: ApplicationOptions): Promise<RunningApplication> {
  return startApplication(options, (app, backing) => {
    for (const [name, kind] of Object.entries(kinds)) addRoutes(app, backing, name, kind);
    app.get<{ Params: { id: string } }>('/contacts/:id/id-number', async (request, reply) => {
      await admit(backing, request, seeIdentityNumbers);
      const wanted = 'SELECT id_no FROM crm.contacts WHERE id = $1';
      return reply.send(oneOf(await backing.query(wanted, [request.params.id])));
    });
  });
}

function addRoutes(app: FastifyInstance, backing: Backing, name: string, kind: Kind): void {
  const { table, key, shown, changed, read, write } = kind;
  app.get(`/${name}`, async (request, reply) => {
    await admit(backing, request, read);
    const list = `SELECT ${key} AS key, ${shown} FROM ${table} ORDER BY ${key} LIMIT 50`;
    return reply.send(await backing.query(list));
  });
  app.put(`/${name}`, async (request, reply) => {
    await admit(backing, request, write);
    const { data } = body.safeParse(request.body);
    if (data === undefined) throw new Refusal(400, 'the body is {key, value}');
    const statement = `UPDATE ${table} SET ${changed} = $2 WHERE ${key} = $1 RETURNING ${key} AS key`;
    return reply.send(oneOf(await backing.query(statement, [data.key, data.value])));
  });
}

function oneOf([row]: Awaited<ReturnType<Backing['query']>>): object {
  if (row === undefined) throw new Refusal(404, 'no such row');
  return row;
}

const holds = `SELECT 1 FROM app.accounts a WHERE a.login = $1 AND a.status = 'active' AND EXISTS (
  SELECT 1 FROM app.account_permissions p WHERE p.account_id = a.id AND p.permission_code = $2 AND p.revoked_at IS NULL)`;

async function admit(
  { caller, query }: Backing,
  request: FastifyRequest,
  { scope, permission }: Right,
): Promise<void> {
  const { sub, scope: granted = '' } = await caller(request);
  const may = sub.endsWith('@clients')
    ? granted.split(' ').includes(scope)
    : (await query(holds, [sub, permission])).length === 1;
  if (!may) throw new Refusal(403, `needs ${sub.endsWith('@clients') ? scope : permission}`);
}
