import { z } from 'zod';
import { checkOf, updated } from './inputs.ts';
import type { ResourceHandler } from './protocol.ts';

/** What the handler needs of the connectors, loaded at the first look. */
export type DeploymentConnectors = Pick<
  typeof import('../connectors/index.ts'),
  'createDeployment' | 'deleteDeployment' | 'findDeployments'
>;

const schema = z.strictObject({ restApi: z.string().min(1), description: z.string().min(1) });

/**
 * GatewayDeployment: a REST API as it is at the moment of the create, for a stage to serve. AWS gives a deployment no name, and makes
 * another at each call; the description tells ours. Create takes over the one that a stage serves, and removes those that a
 * killed run has left and nothing serves, since nobody knows what they have published. So it can be run again after a crash
 * at any point (R94). Delete is refused by AWS while a stage serves it.
 */
export function gatewayDeployment(load: () => Promise<DeploymentConnectors>): ResourceHandler {
  return {
    check: checkOf(schema),
    diff(news, old) {
      const { changes } = updated(schema, news, old);
      return Promise.resolve({ changes, replaces: Object.keys(changes) });
    },
    async create(news, call) {
      const inputs = schema.parse(news);
      if (call.preview) return { id: '', outputs: news };
      const { createDeployment, deleteDeployment, findDeployments } = await load();
      const found = await findDeployments(inputs);
      const served = found.find((one) => one.served);
      for (const { id } of found.filter((one) => !one.served)) await deleteDeployment({ ...inputs, id });
      return { id: served?.id ?? (await createDeployment(inputs)), outputs: news };
    },
    async read(old) {
      const parsed = schema.safeParse(old.inputs);
      if (!parsed.success) throw new Error(`deployment ${old.id} cannot be imported`);
      const found = await (await load()).findDeployments(parsed.data);
      return found.some(({ id }) => id === old.id) ? old : undefined;
    },
    update: () => Promise.reject(new Error('a deployment is not changed')),
    async delete({ id, inputs }) {
      const { restApi } = schema.parse(inputs);
      await (await load()).deleteDeployment({ restApi, id });
    },
  };
}
