import pulumi from '@pulumi/pulumi';
import type { ServiceEntry } from '../inventory/index.ts';
import type { Posture } from '../lifecycle/index.ts';
import { type Adopted, Closing, type Surroundings, together } from './closing.ts';
import { containerService } from './container-service.ts';
import { databaseLogin, serviceLogin } from './database-login.ts';
import { feeders, lambdaFunction } from './function.ts';
import { eventRule, schedule, type StarterState } from './starters.ts';

/** A back-end service: stopped means that nothing runs, nothing starts it again, and its database login is locked. */
export class ApplicationService extends Closing {
  constructor(name: string, spec: ServiceEntry, args: Surroundings, opts?: pulumi.ComponentResourceOptions) {
    super('ApplicationService', name, opts);
    this.add(
      databaseLogin(this, spec.login, serviceLogin(args.posture), args),
      containerService(this, name, spec.ecs, args),
      this.#function(spec, args),
    );
    this.registerOutputs({});
  }

  /**
   * What starts a function stops before it, and starts after it: a queue that goes on feeding a function that takes nothing uses up
   * the attempts of its messages, and they are lost (docs/decisions/2026-11-26-functions-stop-by-concurrency.md).
   */
  #function({ lambda, rule, schedule: timer }: ServiceEntry, args: Surroundings): Adopted {
    const { former, posture } = args;
    const starters = (after: readonly pulumi.Resource[]): Adopted =>
      together([
        feeders(this, lambda, args, after),
        eventRule(this, rule, serviceStarter(posture), former, after),
        schedule(this, timer, serviceStarter(posture), former, after),
      ]);
    if (posture.services === 'running') {
      const started = lambdaFunction(this, lambda, args, []);
      return together([started, starters(started.resources)]);
    }
    const stopped = starters([]);
    return together([stopped, lambdaFunction(this, lambda, args, stopped.resources)]);
  }
}

function serviceStarter({ services }: Posture): StarterState {
  return ({ running: 'former', stopped: 'disabled', removed: 'removed' } as const)[services];
}
