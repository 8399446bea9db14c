import * as pulumi from './pulumi.ts';

export interface GatewayDeploymentArgs {
  /** Id of the REST API. */
  readonly restApi: pulumi.Input<string>;
  /** Tells this deployment from all others of the API. */
  readonly description: string;
}

/**
 * What a REST API is at the moment of the create, for a stage to serve; its id is the deployment's. `aws.apigateway.Deployment` would make
 * a second one after an engine was killed in its create.
 */
export class GatewayDeployment extends pulumi.CustomResource {
  constructor(name: string, args: GatewayDeploymentArgs, opts: pulumi.CustomResourceOptions) {
    super('teardown:index:GatewayDeployment', name, { ...args }, opts);
  }
}
