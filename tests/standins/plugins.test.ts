import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import { describe, expect, it } from '@jest/globals';
import emptyMessages from 'google-protobuf/google/protobuf/empty_pb.js';
import struct from 'google-protobuf/google/protobuf/struct_pb.js';
import providerServices from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import messages from '@pulumi/pulumi/proto/provider_pb.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Starts a plugin as the engine does and talks to it; it ends with the answer. */
async function asked<T>(
  name: string,
  ask: (client: InstanceType<typeof providerServices.ResourceProviderClient>) => Promise<T>,
): Promise<T> {
  const plugin = spawn('node_modules/.bin/node', [`sandbox/standins/${name}/main.ts`, '127.0.0.1:1'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const port = await new Promise<string>((resolve, reject) => {
      plugin.stdout.once('data', (data: Buffer) => {
        resolve(data.toString().trim());
      });
      plugin.once('exit', (code) => {
        reject(new Error(`the plugin ended with ${String(code)}`));
      });
    });
    const credentials = grpc.credentials.createInsecure();
    return await ask(new providerServices.ResourceProviderClient(`127.0.0.1:${port}`, credentials));
  } finally {
    plugin.kill('SIGKILL');
  }
}

describe.each(['aws', 'postgresql'])('the plugin %s', (name) => {
  it('starts under the version of the SDK in use', async () => {
    const sdk = readFileSync(`${root}node_modules/@pulumi/${name}/package.json`, 'utf8');
    const { version } = JSON.parse(sdk) as { version: string };
    const answer = await asked(
      name,
      (client) =>
        new Promise((resolve, reject) => {
          client.getPluginInfo(new emptyMessages.Empty(), (error, info) => {
            if (error) reject(error);
            else resolve(info.getVersion());
          });
        }),
    );
    expect(answer).toBe(version);
  });

  it('does not know other types', async () => {
    const request = new messages.CheckRequest();
    request.setUrn(`urn:pulumi:dev::crm::${name}:index/other:Other::one`);
    request.setNews(struct.Struct.fromJavaScript({}));
    const answer = asked(
      name,
      (client) =>
        new Promise((resolve, reject) => {
          client.check(request, (error, response) => {
            if (error) reject(error);
            else resolve(response.toObject());
          });
        }),
    );
    await expect(answer).rejects.toThrow(`unknown resource type "${name}:index/other:Other"`);
  });
});
