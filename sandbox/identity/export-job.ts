import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Connection, Tenant, User } from './tenant.ts';

/** A users_export job as the Management API shows it; like an import it is forgotten by a killed stand-in. */
export interface ExportJob {
  readonly id: string;
  readonly type: 'users_export';
  readonly created_at: string;
  readonly connection_id?: string | undefined;
  readonly format: 'json';
  readonly limit?: number | undefined;
  readonly fields: readonly ExportedField[];
  status: 'pending' | 'completed';
  /** Where the file is fetched, without a token, for a minute after the job has ended. */
  location?: string;
}

export const exportedFields = [
  'user_id',
  'email',
  'email_verified',
  'name',
  'blocked',
  'created_at',
] as const;
export type ExportedField = (typeof exportedFields)[number];

/** Users between two turns of the event loop: log-ins go on beside a job. */
const turn = 2000;

/** All users, or those of one connection, as gzipped NDJSON: a line each. An export has no limit of 1,000, as page reads have. */
export async function exportUsers(
  tenant: Tenant,
  { fields, limit = Infinity }: Pick<ExportJob, 'fields' | 'limit'>,
  connection?: Connection,
): Promise<Buffer> {
  await nextTurn();
  const lines: string[] = [];
  for (const user of tenant.users.values()) {
    if (lines.length >= limit) break;
    if (connection !== undefined && user.connection !== connection.name) continue;
    lines.push(`${JSON.stringify(lineOf(user, fields))}\n`);
    if (lines.length % turn === 0) await nextTurn();
  }
  return promisify(gzip)(lines.join(''));
}

function lineOf(user: User, fields: readonly ExportedField[]): unknown {
  return Object.fromEntries(fields.map((field) => [field, user[field]]));
}
