import pulumi from '@pulumi/pulumi';
import { type PopulationEntry } from '../inventory/index.ts';
import { type Expectation } from '../lifecycle/index.ts';
import { type Closing, type Surroundings, together } from './closing.ts';
import { databaseLogin, populationLogin } from './database-login.ts';

/** People with logins of their own in the database, such as customers that fetch their orders by SQL. */
export class DatabasePopulation extends pulumi.ComponentResource implements Closing {
  readonly resources: readonly pulumi.Resource[];
  readonly removed: readonly string[];
  readonly guarded = [];
  readonly expectations: readonly Expectation[];

  constructor(
    name: string,
    spec: PopulationEntry,
    args: Surroundings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('teardown:components:DatabasePopulation', name, {}, opts);
    const state = populationLogin(args.posture);
    const { resources, removed, expectations } = together(
      spec.logins.map((login) => databaseLogin(this, login, state, args)),
    );
    this.resources = resources;
    this.removed = removed;
    this.expectations = expectations;
    this.registerOutputs({});
  }
}
