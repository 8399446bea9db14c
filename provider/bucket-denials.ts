import { z } from 'zod';
import type { Json } from '../diagnostics/index.ts';
import type { ResourceHandler } from './protocol.ts';
import { sharedPart } from './shared-part.ts';

/** What the handler needs of the connectors, loaded at the first look. */
export type DenialConnectors = Pick<
  typeof import('../connectors/index.ts'),
  'observe' | 'writeBucketDenials'
>;

const schema = z.strictObject({
  bucket: z.string().min(1),
  prefix: z.string().min(1),
  statements: z.array(z.record(z.string(), z.custom<Json>())),
});

/** BucketDenials: the teardown's own statements about one prefix, in the policy of a bucket that others use too. */
export function bucketDenials(load: () => Promise<DenialConnectors>): ResourceHandler {
  return sharedPart<z.infer<typeof schema>>({
    schema,
    part: 'statements',
    nameOf: ({ bucket, prefix }) => `denials for ${bucket}/${prefix}`,
    async look({ bucket, prefix }) {
      const found = await (await load()).observe({ kind: 'bucket-denials', bucket, prefix });
      return found?.statements ?? [];
    },
    write: async ({ bucket, prefix, statements }) =>
      (await load()).writeBucketDenials({ bucket, prefix }, statements),
  });
}
