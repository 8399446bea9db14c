import { connectors } from '../connectors/index.ts';
import { deletionGuard, gate, serve, verification } from './index.ts';

await serve({
  name: 'teardown',
  version: '0.1.0',
  resources: {
    'teardown:index:Gate': gate(connectors),
    'teardown:index:Verification': verification(connectors),
    'teardown:index:DeletionGuard': deletionGuard(connectors),
  },
});
