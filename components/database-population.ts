import pulumi from '@pulumi/pulumi';
import type { PopulationEntry } from '../inventory/index.ts';
import { Closing, type Surroundings } from './closing.ts';
import { databaseLogin, populationLogin } from './database-login.ts';

/** People with logins of their own in the database, such as customers that fetch their orders by SQL. */
export class DatabasePopulation extends Closing {
  constructor(
    name: string,
    spec: PopulationEntry,
    args: Surroundings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('DatabasePopulation', name, opts);
    const state = populationLogin(args.posture);
    this.add(...spec.logins.map((login) => databaseLogin(this, login, state, args)));
    this.registerOutputs({});
  }
}
