/**
 * The least program that manages the same resources: literal inputs, no gate, no hooks, no components, no provider of its own. It
 * reads them from a file that the benchmark writes from the state of our own stack.
 */
import { readFileSync } from 'node:fs';
import auth0 from '@pulumi/auth0';
import aws from '@pulumi/aws';
import postgresql from '@pulumi/postgresql';
import pulumi from '@pulumi/pulumi';
import type { LiteralResource } from '../literals.ts';

type ResourceClass = new (
  name: string,
  inputs: never,
  options: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

const classes: Readonly<Record<string, ResourceClass>> = {
  'aws:rds/instance:Instance': aws.rds.Instance,
  'aws:rds/snapshot:Snapshot': aws.rds.Snapshot,
  'aws:s3/bucket:Bucket': aws.s3.Bucket,
  'aws:s3/bucketPolicy:BucketPolicy': aws.s3.BucketPolicy,
  'postgresql:index/database:Database': postgresql.Database,
  'postgresql:index/grant:Grant': postgresql.Grant,
  'postgresql:index/role:Role': postgresql.Role,
  'auth0:index/client:Client': auth0.Client,
  'auth0:index/connection:Connection': auth0.Connection,
  'auth0:index/connectionClients:ConnectionClients': auth0.ConnectionClients,
};

const file = new pulumi.Config().require('resources');
const built = new Map<string, pulumi.Resource>();
for (const { type, name, inputs, options } of JSON.parse(readFileSync(file, 'utf8')) as LiteralResource[]) {
  const Class = classes[type];
  if (!Class) throw new Error(`${name}: the minimal program knows no resource type ${type}`);
  const { dependsOn, deletedWith, import: id, ...flags } = options;
  const earlier = (other: string): pulumi.Resource => {
    const resource = built.get(other);
    if (!resource) throw new Error(`${name} refers to ${other}, which is not before it in ${file}`);
    return resource;
  };
  const given: pulumi.CustomResourceOptions = {
    ...flags,
    ...(id === undefined ? {} : { import: id }),
    ...(deletedWith === undefined ? {} : { deletedWith: earlier(deletedWith) }),
    dependsOn: dependsOn.map(earlier),
  };
  built.set(name, new Class(name, inputs as never, given));
}
