import { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Context } from '../context.ts';
import { managementError } from '../errors.ts';
import { type ImportJob, type Rejected, runImport } from '../import-job.ts';
import { fieldsOf } from '../multipart.ts';
import { randomText } from '../tenant.ts';
import { bodyOf, flagQuery, queryOf } from '../validation.ts';

/** What the vendor takes in one file, and how many jobs it runs at once. */
const mostBytes = 512_000;
const mostActive = 2;

const importing = z.strictObject({
  users: z.string(),
  connection_id: z.string().regex(/^con_[A-Za-z0-9]{16}$/),
  /** An upsert is not modelled. */
  upsert: z.literal('false').optional(),
  external_id: z.string().optional(),
  send_completion_email: flagQuery.optional(),
});
const nothing = z.strictObject({});

interface ById {
  readonly Params: { readonly id: string };
}

/** Bulk imports of users: a file becomes a job, which is asked for its state until it has ended. */
export function jobRoutes(app: FastifyInstance, context: Context): void {
  const jobs = new Map<string, { readonly job: ImportJob; rejected: readonly Rejected[] }>();
  const known = (id: string) => {
    const found = jobs.get(id);
    if (!found) throw managementError(404, 'The job does not exist.', 'inexistent_job');
    return found;
  };
  app.addContentTypeParser('multipart/form-data', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
  app.post('/api/v2/jobs/users-imports', { bodyLimit: mostBytes }, (request, reply) => {
    const { users, connection_id, external_id } = bodyOf(
      importing,
      fieldsOf(request.headers['content-type'] ?? '', String(request.body)),
    );
    const connection = context.tenant.connections.get(connection_id);
    if (!connection) throw managementError(400, 'The connection does not exist.', 'inexistent_connection');
    const active = [...jobs.values()].filter(({ job }) => ['pending', 'processing'].includes(job.status));
    if (active.length >= mostActive) {
      const message = `There are ${active.length} active import users jobs, please wait until some of them are finished and try again`;
      throw managementError(429, message, 'too_many_requests');
    }
    const job: ImportJob = {
      id: `job_${randomText(16)}`,
      type: 'users_import',
      status: 'pending',
      created_at: new Date().toISOString(),
      connection_id,
      external_id,
    };
    const entry = { job, rejected: [] as readonly Rejected[] };
    jobs.set(job.id, entry);
    runImport(context, job, connection, users).then(
      (rejected) => {
        entry.rejected = rejected;
      },
      (error: unknown) => {
        Object.assign(job, { status: 'failed', status_details: String(error) });
      },
    );
    return reply.code(202).send(job);
  });
  app.get<ById>('/api/v2/jobs/:id', (request, reply) => {
    queryOf(nothing, request.query);
    return reply.send(known(request.params.id).job);
  });
  app.get<ById>('/api/v2/jobs/:id/errors', (request, reply) => {
    queryOf(nothing, request.query);
    return reply.send(known(request.params.id).rejected);
  });
}
