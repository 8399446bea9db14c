/** Roles of the server whose members reach past all access lists of all databases. */
export const serverPowers: readonly string[] = [
  'pg_read_all_data',
  'pg_write_all_data',
  'pg_read_server_files',
  'pg_write_server_files',
  'pg_execute_server_program',
];

type Kept = 'as before' | 'none';

/** What a step takes from a database, as a reviewer reads it. What is not named stays as before. */
export interface AccessCuts {
  /**
   * All logins of the system: what belongs to a role, not to the database, is never taken from anybody else's on the server.
   * `removed`: nothing is left of it in the database, so that the role can be dropped.
   */
  readonly logins: Readonly<Record<string, 'as before' | 'locked' | 'removed'>>;
  readonly writes: 'as before' | 'blocked';
  /** `schema.table`: rights on them stay while writes are blocked. */
  readonly stillWritten: readonly string[];
  /** The schemas of the modules. */
  readonly schemas: Readonly<Record<string, Kept>>;
  /** All schemas that are no module's, also those that come later. */
  readonly otherSchemas: Kept;
  /** `schema.table.column` */
  readonly columns: Readonly<Record<string, Kept>>;
}

/** True if the cuts leave nothing of a schema. */
export function isClosed({ schemas, otherSchemas }: AccessCuts, schema: string): boolean {
  return (schemas[schema] ?? otherSchemas) === 'none';
}
