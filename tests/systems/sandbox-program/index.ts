/** A program that ends in the way its configuration names. */
import { writeFileSync } from 'node:fs';
import pulumi from '@pulumi/pulumi';

const config = new pulumi.Config();

class Thing extends pulumi.ComponentResource {
  constructor(name: string) {
    super('test:index:Thing', name);
    this.registerOutputs({});
  }
}

export default async (): Promise<{ greeting: string }> => {
  new Thing('first');
  const ending = config.get('ending') ?? 'returns';
  if (ending === 'throws') throw new Error('thrown on purpose');
  if (ending === 'kills-itself') process.kill(process.pid, 'SIGKILL');
  if (ending === 'waits') {
    writeFileSync(config.require('signal'), String(process.pid));
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
  return { greeting: config.get('greeting') ?? 'none' };
};
