/** The plugin `pulumi-resource-aws` of the sandbox; the engine starts it with its address. */
import sdk from '@pulumi/aws/package.json' with { type: 'json' };
import { serve } from '../../../provider/protocol.ts';
import { awsProvider } from './provider.ts';

await serve(awsProvider(sdk.version, process.env));
