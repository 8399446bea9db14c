/** The plugin `pulumi-resource-auth0` of the sandbox; the engine starts it with its address. */
import sdk from '@pulumi/auth0/package.json' with { type: 'json' };
import { serve } from '../../../provider/protocol.ts';
import { auth0Provider } from './provider.ts';

await serve(auth0Provider(sdk.version, process.env));
