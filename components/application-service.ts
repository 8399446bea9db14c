import pulumi from '@pulumi/pulumi';
import { type ServiceEntry } from '../inventory/index.ts';
import { type Expectation } from '../lifecycle/index.ts';
import { type Closing, type Surroundings } from './closing.ts';
import { containerService } from './container-service.ts';
import { databaseLogin, serviceLogin } from './database-login.ts';

/** A back-end service: stopped means that nothing runs, nothing starts it again, and its database login is locked. */
export class ApplicationService extends pulumi.ComponentResource implements Closing {
  readonly resources: readonly pulumi.Resource[];
  readonly removed: readonly string[];
  readonly guarded = [];
  readonly expectations: readonly Expectation[];

  constructor(name: string, spec: ServiceEntry, args: Surroundings, opts?: pulumi.ComponentResourceOptions) {
    super('teardown:components:ApplicationService', name, {}, opts);
    const login = databaseLogin(this, spec.login, serviceLogin(args.posture), args);
    const container = containerService(this, name, spec.ecs, args);
    this.resources = [...login.resources, ...container.resources];
    this.removed = [...login.removed, ...container.removed];
    this.expectations = [...login.expectations, ...container.expectations];
    this.registerOutputs({});
  }
}
