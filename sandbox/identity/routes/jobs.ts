import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { milliseconds } from '../../../diagnostics/index.ts';
import type { Context } from '../context.ts';
import { managementError } from '../errors.ts';
import { exportedFields, type ExportJob, exportUsers } from '../export-job.ts';
import { type ImportJob, type Rejected, runImport } from '../import-job.ts';
import { fieldsOf } from '../multipart.ts';
import { randomText } from '../tenant.ts';
import { bodyOf, flagQuery, queryOf } from '../validation.ts';

/** What the vendor takes in one file, and how many jobs it runs at once. */
const mostBytes = 512_000;
/** A larger request is heard to its end: who still sends while the answer comes may see a broken connection instead. */
const heardBytes = 16 * mostBytes;
const mostActive = 2;

const importing = z.strictObject({
  users: z.string(),
  connection_id: z.string().regex(/^con_[A-Za-z0-9]{16}$/),
  /** An upsert is not modelled. */
  upsert: z.literal('false').optional(),
  external_id: z.string().optional(),
  send_completion_email: flagQuery.optional(),
});
const exporting = z.strictObject({
  connection_id: z.string().optional(),
  /** CSV is not modelled. */
  format: z.literal('json').default('json'),
  limit: z.int().min(1).optional(),
  fields: z
    .array(z.strictObject({ name: z.enum(exportedFields) }))
    .min(1)
    .default(exportedFields.map((name) => ({ name }))),
});
const nothing = z.strictObject({});

interface Entry {
  readonly job: ImportJob | ExportJob;
  readonly rejected: readonly Rejected[];
}

interface ById {
  readonly Params: { readonly id: string };
}

/** Bulk imports and exports of users: a job is asked for its state until it has ended. */
export function jobRoutes(app: FastifyInstance, context: Context): void {
  const jobs = new Map<string, Entry>();
  const known = (id: string) => {
    const found = jobs.get(id);
    if (!found) throw managementError(404, 'The job does not exist.', 'inexistent_job');
    return found;
  };
  app.addContentTypeParser('multipart/form-data', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
  app.post('/api/v2/jobs/users-imports', { bodyLimit: heardBytes }, (request, reply) => {
    const body = String(request.body);
    if (Buffer.byteLength(body) > mostBytes)
      throw managementError(413, 'Payload Too Large', 'payload_too_large');
    const { users, connection_id, external_id } = bodyOf(
      importing,
      fieldsOf(request.headers['content-type'] ?? '', body),
    );
    const connection = context.tenant.connections.get(connection_id);
    if (!connection) throw managementError(400, 'The connection does not exist.', 'inexistent_connection');
    const active = [...jobs.values()].filter(
      ({ job }) => job.type === 'users_import' && ['pending', 'processing'].includes(job.status),
    );
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
    jobs.set(job.id, { job, rejected: [] });
    runImport(context, job, connection, users).then(
      (rejected) => {
        jobs.set(job.id, { job, rejected });
      },
      (error: unknown) => {
        Object.assign(job, { status: 'failed', status_details: String(error) });
      },
    );
    return reply.code(202).send(job);
  });
  exportRoutes(app, context, (job) => jobs.set(job.id, { job, rejected: [] }));
  app.get<ById>('/api/v2/jobs/:id', (request, reply) => {
    queryOf(nothing, request.query);
    return reply.send(known(request.params.id).job);
  });
  app.get<ById>('/api/v2/jobs/:id/errors', (request, reply) => {
    queryOf(nothing, request.query);
    return reply.send(known(request.params.id).rejected);
  });
}

/** How long the file of an export can be fetched. */
const fetchable = milliseconds('60 seconds');

function exportRoutes(app: FastifyInstance, context: Context, keep: (job: ExportJob) => void): void {
  const files = new Map<string, Buffer>();
  app.post('/api/v2/jobs/users-exports', (request, reply) => {
    const { fields, ...asked } = bodyOf(exporting, request.body);
    const connection = context.tenant.connections.get(asked.connection_id ?? '');
    if (connection === undefined && asked.connection_id !== undefined)
      throw managementError(400, 'The connection does not exist.', 'inexistent_connection');
    const job: ExportJob = {
      id: `job_${randomText(16)}`,
      type: 'users_export',
      status: 'pending',
      created_at: new Date().toISOString(),
      fields: fields.map(({ name }) => name),
      ...asked,
    };
    keep(job);
    void exportUsers(context.tenant, job, connection).then((file) => {
      const name = randomText(32);
      files.set(name, file);
      setTimeout(() => files.delete(name), fetchable).unref();
      Object.assign(job, {
        status: 'completed',
        location: `https://${context.domain()}/exports/${name}.json.gz`,
      });
    });
    return reply.send(job);
  });
  app.get<ById>('/exports/:id', (request, reply) => {
    const file = files.get(request.params.id.replace(/\.json\.gz$/, ''));
    if (!file) throw managementError(403, 'Request has expired', 'expired');
    return reply.type('application/gzip').send(file);
  });
}
