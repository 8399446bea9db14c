import * as pulumi from './pulumi.ts';

export interface TriggerBindingArgs {
  readonly trigger: 'post-login';
  /** Name of an action of the tenant; it has to exist before it is bound. */
  readonly action: string;
  /** False: it is not in the list, or is taken out of it. */
  readonly bound: boolean;
}

/**
 * One action in the list of an Auth0 trigger: before the others when it comes in, and the others stay as they are.
 * `auth0.TriggerActions` would write the list as it was captured over what other products have added since. Removing the resource
 * changes nothing in the tenant.
 */
export class TriggerBinding extends pulumi.CustomResource {
  constructor(name: string, args: TriggerBindingArgs, opts: pulumi.CustomResourceOptions) {
    super('teardown:index:TriggerBinding', name, { ...args }, opts);
  }
}
