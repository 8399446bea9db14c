/** The plugin `pulumi-resource-postgresql` of the sandbox; the engine starts it with its address. */
import sdk from '@pulumi/postgresql/package.json' with { type: 'json' };
import { serve } from '../../../provider/protocol.ts';
import { postgresqlProvider } from './provider.ts';

await serve(postgresqlProvider(sdk.version, process.env));
