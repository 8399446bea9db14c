import {
  bucketDenials,
  databaseAccess,
  deletionGuard,
  gate,
  gatewayDeployment,
  made,
  serve,
  triggerBinding,
  verification,
} from './index.ts';
import type { LiveSystems } from './live-systems.ts';

/** Loaded at the first look: most runs look at nothing, and the vendors' SDKs take longer to load than all the rest of the plugin. */
const live: LiveSystems = {
  observe: async (target) => (await import('../connectors/index.ts')).observe(target),
  release: async (target) => (await import('../connectors/index.ts')).release(target),
};

await serve({
  name: 'teardown',
  version: '0.1.0',
  functions: { 'teardown:index:made': made(live) },
  resources: {
    'teardown:index:Gate': gate(live),
    'teardown:index:Verification': verification(live),
    'teardown:index:DatabaseAccess': databaseAccess(() => import('../connectors/index.ts')),
    'teardown:index:TriggerBinding': triggerBinding(() => import('../connectors/index.ts')),
    'teardown:index:BucketDenials': bucketDenials(() => import('../connectors/index.ts')),
    'teardown:index:GatewayDeployment': gatewayDeployment(() => import('../connectors/index.ts')),
    'teardown:index:DeletionGuard': deletionGuard(live),
  },
});
