import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { Context } from './context.ts';
import { importedHash } from './passwords.ts';
import { addNew } from './routes/users.ts';
import type { Connection } from './tenant.ts';

/** A users_import job as the Management API shows it. It is kept in memory: a killed stand-in forgets its jobs, not their users. */
export interface ImportJob {
  readonly id: string;
  readonly type: 'users_import';
  readonly created_at: string;
  readonly connection_id: string;
  readonly external_id?: string | undefined;
  status: 'pending' | 'processing' | 'completed' | 'failed';
  status_details?: string;
  summary?: { failed: number; updated: number; inserted: number; total: number };
}

/** A user of the file that was not taken, and why. */
export interface Rejected {
  readonly user: unknown;
  readonly errors: readonly { readonly code: string; readonly message: string; readonly path: string }[];
}

/** What of the vendor's schema is used here; it demands a hash by an algorithm that it knows, never a password. */
const importedUser = z.strictObject({
  email: z.email(),
  email_verified: z.boolean().optional(),
  name: z.string().optional(),
  blocked: z.boolean().optional(),
  user_metadata: z.record(z.string(), z.unknown()).optional(),
  custom_password_hash: z.strictObject({
    algorithm: z.literal('pbkdf2'),
    hash: z.strictObject({ value: z.string().regex(importedHash), encoding: z.literal('utf8') }),
  }),
});

/** Users between two turns of the event loop: log-ins go on beside a job. */
const turn = 200;

/** Adds the users of a file to a connection. What is wrong with one of them is told and stops no other. */
export async function runImport(
  context: Context,
  job: ImportJob,
  connection: Connection,
  file: string,
): Promise<readonly Rejected[]> {
  await nextTurn();
  job.status = 'processing';
  const users = usersIn(file);
  if (users === undefined) {
    job.status_details = 'Failed to parse users file JSON when importing users. Make sure it is valid JSON.';
    job.status = 'failed';
    return [];
  }
  const rejected: Rejected[] = [];
  for (const [index, user] of users.entries()) {
    if (index % turn === turn - 1) await nextTurn();
    const errors = take(context, connection.name, user);
    if (errors.length > 0) rejected.push({ user: redacted(user), errors });
  }
  await context.flush();
  const failed = rejected.length;
  job.summary = { failed, updated: 0, inserted: users.length - failed, total: users.length };
  job.status = 'completed';
  return rejected;
}

function usersIn(file: string): readonly unknown[] | undefined {
  try {
    const users: unknown = JSON.parse(file);
    return Array.isArray(users) ? users : undefined;
  } catch {
    return undefined;
  }
}

function take({ tenant }: Context, connection: string, user: unknown): Rejected['errors'] {
  const parsed = importedUser.safeParse(user);
  if (!parsed.success) {
    return parsed.error.issues.map(({ message, path }) => ({
      code: 'INVALID_FORMAT',
      message,
      path: path.join('.'),
    }));
  }
  const { custom_password_hash, ...fields } = parsed.data;
  if (tenant.users.withEmail(connection, fields.email)) {
    return [{ code: 'DUPLICATED_USER', message: 'The user already exists.', path: 'email' }];
  }
  addNew(tenant, { ...fields, connection, password: custom_password_hash.hash.value });
  return [];
}

/** As the vendor shows a user that it did not take: without the hash. */
function redacted(user: unknown): unknown {
  if (typeof user !== 'object' || user === null || !('custom_password_hash' in user)) return user;
  return { ...user, custom_password_hash: '*****' };
}
