import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ManagementClient } from 'auth0';
import { within } from '../../diagnostics/index.ts';

/** A little less than the vendor takes in one file: the form around it counts too. */
const fileBytes = 500_000;

/** Accounts of one connection, all with the same password. */
export interface Crowd {
  /** Id of the connection. */
  readonly connection: string;
  readonly password: string;
  readonly count: number;
  readonly email: (n: number) => string;
}

/**
 * Brings many accounts in as the vendor wants it: by import jobs of 500 KB, two at once, instead of a call for each. Throws if one
 * was not taken. `done` hears how many there are so far.
 */
export async function importAccounts(
  tenant: ManagementClient,
  crowd: Crowd,
  done: (count: number) => void,
): Promise<void> {
  const files = filesOf(crowd);
  let inserted = 0;
  const one = async (): Promise<void> => {
    for (let next = files.next(); !next.done; next = files.next()) {
      const more = await importFile(tenant, crowd.connection, next.value);
      inserted += more;
      done(inserted);
    }
  };
  await Promise.all([one(), one()]);
}

/** The salt is the same for all: they have the same password, and 200,000 hashes would take minutes. */
function hashOf(password: string): string {
  const salt = randomBytes(16);
  const hash = pbkdf2Sync(password, salt, 1000, 32, 'sha256');
  const [saltText, hashText] = [salt, hash].map((bytes) => bytes.toString('base64').replace(/=+$/, ''));
  return `$pbkdf2-sha256$i=1000,l=32$${saltText}$${hashText}`;
}

function* filesOf({ password, count, email }: Crowd): Generator<string> {
  const custom_password_hash = {
    algorithm: 'pbkdf2',
    hash: { value: hashOf(password), encoding: 'utf8' },
  };
  let users: string[] = [];
  let bytes = 0;
  for (let n = 0; n < count; n += 1) {
    const user = JSON.stringify({ email: email(n), custom_password_hash });
    if (bytes + user.length + 2 > fileBytes) {
      yield `[${users.join(',')}]`;
      [users, bytes] = [[], 0];
    }
    users.push(user);
    bytes += user.length + 1;
  }
  if (users.length > 0) yield `[${users.join(',')}]`;
}

async function importFile(tenant: ManagementClient, connection: string, file: string): Promise<number> {
  const users = new Blob([file], { type: 'application/json' });
  const { id } = await tenant.jobs.usersImports.create({ users, connection_id: connection });
  const { status, status_details, summary } = await within(
    '2 minutes',
    `job ${id}, which brings accounts into the identity stand-in`,
    untilEnded(tenant, id),
  );
  if (status !== 'completed' || summary?.failed !== 0) {
    throw new Error(
      `import job ${id} is ${status}, ${String(summary?.failed)} accounts failed: ${status_details ?? ''}`,
    );
  }
  return summary.inserted ?? 0;
}

async function untilEnded(tenant: ManagementClient, id: string) {
  for (;;) {
    const job = await tenant.jobs.get(id);
    if (!['pending', 'processing'].includes(job.status)) return job;
    await sleep(100);
  }
}
