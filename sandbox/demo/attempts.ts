import {
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  type GetObjectCommandInput,
  type PutObjectCommandInput,
  type ServiceOutputTypes,
} from '@aws-sdk/client-s3';
import pg from 'pg';
import { within } from '../../diagnostics/index.ts';
import { type WorldNames } from '../slice/names.ts';
import { findConnectionByName, observe } from '../../connectors/index.ts';
import { type LiveTarget, type Posture, type Scale, scales, type ScaleValue } from '../../lifecycle/index.ts';
import {
  type Account,
  type Answer,
  type Application,
  logIn,
  machineToken,
  signUp,
} from '../identity/visitor.ts';

/** What the principals of the sample CRM hold in their hands: the keys they had before the teardown. */
export interface Keys {
  /** Connection URLs of the database logins, to the CRM's database; break-glass and runner to the server's own. */
  readonly urls: Readonly<Record<'application' | 'erp' | 'administrator' | 'breakGlass' | 'runner', string>>;
  readonly portal: Application;
  readonly customer: Account;
  readonly neighbour: Application;
  readonly neighbourCustomer: Account;
  readonly bucket: string;
  readonly object: string;
  /** What the runner looks for by name. */
  readonly names: WorldNames;
}

export type Outcome = 'allowed' | 'refused';

/** One thing a principal tries from outside, and the values of the scales that close it. None: it must always work. */
export interface Attempt {
  readonly principal: string;
  readonly attempt: string;
  readonly closedBy: readonly Closure[];
  readonly run: (keys: Keys) => Promise<Outcome>;
}

/** What was seen of one attempt at one step. */
export interface Line {
  readonly principal: string;
  readonly attempt: string;
  readonly expected: 'allowed' | 'refused' | 'read back' | 'not yet';
  readonly observed: string;
  readonly ok: boolean;
}

type Closure = { readonly [S in Scale]: { readonly scale: S; readonly value: ScaleValue<S> } }[Scale];

/** What the posture says: allowed until one of the closing values is reached. */
export function expectedOf({ closedBy }: Pick<Attempt, 'closedBy'>, posture: Posture): Outcome {
  const closed = closedBy.some(({ scale, value }) => {
    const order: readonly string[] = scales[scale];
    return order.indexOf(posture[scale]) >= order.indexOf(value);
  });
  return closed ? 'refused' : 'allowed';
}

const writes = { scale: 'writes', value: 'blocked' } as const;
const enrolment = { scale: 'enrolment', value: 'closed' } as const;
const accounts = { scale: 'accounts', value: 'locked' } as const;
const sensitive = { scale: 'sensitive', value: 'revoked' } as const;
const modules = { scale: 'modules', value: 'revoked' } as const;
const interfaces = { scale: 'interfaces', value: 'gone' } as const;
const integrations = { scale: 'integrations', value: 'cut' } as const;
const services = { scale: 'services', value: 'stopped' } as const;
const admins = { scale: 'admins', value: 'locked' } as const;
const data = { scale: 'data', value: 'removed' } as const;

const servicesGone = { scale: 'services', value: 'removed' } as const;
const integrationsGone = { scale: 'integrations', value: 'removed' } as const;
const interfacesGone = { scale: 'interfaces', value: 'removed' } as const;
const identitiesGone = { scale: 'identities', value: 'removed' } as const;

const newcomer = () => `newcomer-${Date.now()}-${process.pid}@example.test`;

/** The doors of the sample CRM and of its neighbour, each with a positive control at `active`. */
export const attempts: readonly Attempt[] = [
  {
    principal: 'customer',
    attempt: 'logs in at the portal',
    closedBy: [accounts, interfaces],
    run: async ({ portal, customer }) => outcomeOf(await logIn(portal, customer)),
  },
  {
    principal: 'newcomer',
    attempt: 'signs up',
    closedBy: [enrolment, accounts, interfaces],
    run: async ({ portal, customer }) => outcomeOf(await signUp(portal, { ...customer, email: newcomer() })),
  },
  {
    principal: 'portal',
    attempt: 'gets a machine token',
    closedBy: [interfaces],
    run: async ({ portal }) => outcomeOf(await machineToken(portal, 'https://api.crm.example.test')),
  },
  {
    principal: 'application',
    attempt: 'logs in to the database',
    closedBy: [services, data],
    run: ({ urls }) => query(urls.application, 'select 1'),
  },
  {
    principal: 'application',
    attempt: 'reads contacts',
    closedBy: [modules, services, data],
    run: ({ urls }) => query(urls.application, 'select count(*) from crm.contacts'),
  },
  {
    principal: 'application',
    attempt: 'changes a contact',
    closedBy: [writes, modules, services, data],
    run: ({ urls }) => query(urls.application, 'update crm.contacts set name = name'),
  },
  {
    principal: 'application',
    attempt: 'reads identity documents',
    closedBy: [sensitive, services, data],
    run: ({ urls }) => query(urls.application, 'select count(*) from kyc.documents'),
  },
  {
    principal: 'application',
    attempt: 'deletes identity documents',
    closedBy: [writes, sensitive, services, data],
    run: ({ urls }) => query(urls.application, 'delete from kyc.documents where false'),
  },
  {
    principal: 'application',
    attempt: 'reads an attachment',
    closedBy: [modules, data],
    run: ({ bucket, object }) => store(new GetObjectCommand({ Bucket: bucket, Key: object })),
  },
  {
    principal: 'application',
    attempt: 'stores an attachment',
    closedBy: [writes, data],
    run: ({ bucket, object }) => store(new PutObjectCommand({ Bucket: bucket, Key: object, Body: 'new' })),
  },
  {
    principal: 'ERP',
    attempt: 'logs in to the database',
    closedBy: [integrations, data],
    run: ({ urls }) => query(urls.erp, 'select 1'),
  },
  {
    principal: 'ERP',
    attempt: 'reads orders',
    closedBy: [modules, integrations, data],
    run: ({ urls }) => query(urls.erp, 'select count(*) from crm.orders'),
  },
  {
    principal: 'administrator',
    attempt: 'logs in to the database',
    closedBy: [admins, data],
    run: ({ urls }) => query(urls.administrator, 'select 1'),
  },
  {
    principal: 'neighbour',
    attempt: 'a customer of the neighbour logs in',
    closedBy: [],
    run: async ({ neighbour, neighbourCustomer }) => outcomeOf(await logIn(neighbour, neighbourCustomer)),
  },
  {
    principal: 'break-glass',
    attempt: 'logs in to the server',
    closedBy: [],
    run: ({ urls }) => query(urls.breakGlass, 'select 1'),
  },
  {
    principal: 'runner',
    attempt: 'reads the catalogue',
    closedBy: [],
    run: ({ urls }) => query(urls.runner, 'select count(*) from pg_roles'),
  },
  {
    principal: 'runner',
    attempt: 'finds the login of the application',
    closedBy: [servicesGone],
    run: ({ names }) => find({ kind: 'database-role', credentials, name: names.application }),
  },
  {
    principal: 'runner',
    attempt: 'finds the login of the ERP',
    closedBy: [integrationsGone],
    run: ({ names }) => find({ kind: 'database-role', credentials, name: names.erp }),
  },
  {
    principal: 'runner',
    attempt: "finds the portal's client",
    closedBy: [interfacesGone],
    run: ({ portal }) => find({ kind: 'auth0-client', id: portal.clientId }),
  },
  {
    principal: 'runner',
    attempt: 'finds the login of the administrator',
    closedBy: [identitiesGone],
    run: ({ names }) => find({ kind: 'database-role', credentials, name: names.administrator }),
  },
  {
    principal: 'runner',
    attempt: "finds the customers' connection",
    closedBy: [identitiesGone],
    run: async ({ names }) => ((await findConnectionByName(names.connection)) ? 'allowed' : 'refused'),
  },
  {
    principal: 'runner',
    attempt: 'finds the database',
    closedBy: [data],
    run: ({ names }) => find({ kind: 'database', credentials, name: names.database }),
  },
  {
    principal: 'runner',
    attempt: 'finds the RDS instance',
    closedBy: [data],
    run: ({ names }) => find({ kind: 'rds-instance', id: names.instance }),
  },
  {
    principal: 'runner',
    attempt: 'finds the bucket',
    closedBy: [data],
    run: ({ names }) => find({ kind: 'bucket', name: names.bucket }),
  },
];

const credentials = 'env:CRM_DATABASE_URL';

/** Looks for a thing by its system's own API: what is removed is not found. */
async function find(target: LiveTarget): Promise<Outcome> {
  return (await observe(target)) ? 'allowed' : 'refused';
}

function outcomeOf(answer: Answer): Outcome {
  return answer.allowed ? 'allowed' : 'refused';
}

/** SQLSTATEs by which a server says no: not allowed to log in, no right, no such role, no such database. */
const refusals = new Set(['28000', '28P01', '42501', '3D000']);

/** One statement over a connection of its own. Anything but a clear yes or no throws. */
async function query(url: string, statement: string): Promise<Outcome> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await within('15 seconds', 'connecting to the database', client.connect());
    await within('15 seconds', 'a statement', client.query(statement));
    return 'allowed';
  } catch (error) {
    if (error instanceof pg.DatabaseError && refusals.has(error.code ?? '')) return 'refused';
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function store(command: GetObjectCommand | PutObjectCommand): Promise<Outcome> {
  const credentials = { accessKeyId: 'crm-application', secretAccessKey: 'crm-application' };
  const client = new S3Client({ forcePathStyle: true, maxAttempts: 1, credentials });
  try {
    await within(
      '15 seconds',
      'a call to S3',
      client.send<GetObjectCommandInput | PutObjectCommandInput, ServiceOutputTypes>(command),
    );
    return 'allowed';
  } catch (error) {
    const { httpStatusCode } = error instanceof S3ServiceException ? error.$metadata : {};
    if (httpStatusCode === 403 || httpStatusCode === 404) return 'refused';
    throw error;
  } finally {
    client.destroy();
  }
}
