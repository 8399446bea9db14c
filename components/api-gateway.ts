import aws from '@pulumi/aws';
import pulumi from '@pulumi/pulumi';
import type { FormerResource, InterfaceEntry } from '../inventory/index.ts';
import { type Observed, shortArns } from '../lifecycle/index.ts';
import { GatewayDeployment } from '../sdk/index.ts';
import { adoption, Closing, formerOf, type Surroundings } from './closing.ts';
import {
  keyInputs,
  narrowingsOf,
  policyText,
  refusals,
  responseInputs,
  restApiInputs,
  settingsInputs,
  type SettingsInputs,
} from './gateway-inputs.ts';

/**
 * An outside interface at API Gateway (REST API): answers reading methods only, then 410 to everybody, then is removed. A policy or
 * a gateway response acts only once it is deployed, so each narrowing has a deployment of its own that is never replaced;
 * the stage points to the one of its posture, and on the way back to the one it had.
 */
export class ApiGateway extends Closing {
  readonly #name: string;
  readonly #args: Surroundings;

  constructor(
    name: string,
    spec: Pick<InterfaceEntry, 'name' | 'successorUrl'>,
    args: Surroundings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('ApiGateway', name, opts);
    this.#name = spec.name;
    this.#args = args;
    if (args.posture.interfaces === 'removed') this.#remove();
    else this.#build(spec.successorUrl);
    this.registerOutputs({});
  }

  #remove(): void {
    const { resources } = this.#args.former;
    const kinds = ['rest-api', 'rest-api-policy', 'stage', 'method-settings'];
    const single = kinds.map((kind) => `${kind}:${this.#name}`).filter((name) => name in resources);
    const members = ['gateway-response', 'usage-plan', 'usage-plan-key', 'api-key'].map((kind) =>
      this.#family(kind),
    );
    this.removed.push(...single, ...members.flat().map(([name]) => name));
    const api = formerOf(this.#args.former, `rest-api:${this.#name}`).importId ?? '';
    this.expectations.push({ target: { kind: 'rest-api', id: api }, expect: 'absent' });
    for (const kind of ['api-key', 'usage-plan'] as const) {
      for (const [, { importId: id = '' }] of this.#family(kind))
        this.expectations.push({ target: { kind, id }, expect: 'absent' });
    }
  }

  #build(successorUrl: string | undefined): void {
    const { former, posture } = this.#args;
    const captured = formerOf(former, `rest-api:${this.#name}`);
    const inputs = restApiInputs(captured.inputs as { readonly disableExecuteApiEndpoint: boolean }, posture);
    const api = this.#add(new aws.apigateway.RestApi(`rest-api:${this.#name}`, inputs, this.#held(captured)));
    const id = captured.importId ?? '';
    const { disableExecuteApiEndpoint } = inputs;
    this.expectations.push({ target: { kind: 'rest-api', id }, expect: { disableExecuteApiEndpoint } });
    const published = [api, ...this.#policy(api, id), ...this.#responses(api, id, successorUrl)];
    const stage = this.#stage(api, id, this.#deployments(api, id, published));
    this.#settings(stage);
    this.#keys(stage);
  }

  #policy(api: aws.apigateway.RestApi, restApiId: string): readonly pulumi.Resource[] {
    const { former, posture } = this.#args;
    const name = `rest-api-policy:${this.#name}`;
    const captured = former.resources[name];
    const before = captured?.inputs.policy as string | undefined;
    const stageName = this.#stageName();
    const policyAt = (prefix: string) => policyText(before, posture.interfaces, `${prefix}/${stageName}`);
    const target = { kind: 'rest-api-policy', api: restApiId } as const;
    const expected = policyAt('execute-api:');
    if (expected === undefined) {
      this.expectations.push({ target, expect: 'absent' });
      return [];
    }
    const policy = JSON.parse(shortArns(expected, restApiId)) as Observed[string];
    this.expectations.push({ target, expect: { policy } });
    const inputs = { restApiId, policy: api.executionArn.apply((arn) => policyAt(arn) ?? '') };
    return [this.#add(new aws.apigateway.RestApiPolicy(name, inputs, this.#within(captured, api)))];
  }

  #responses(
    api: aws.apigateway.RestApi,
    restApiId: string,
    successorUrl: string | undefined,
  ): readonly pulumi.Resource[] {
    const { former, posture } = this.#args;
    const prefix = `gateway-response:${this.#name}/`;
    const names = this.#family('gateway-response').map(([name]) => name.slice(prefix.length));
    return [...new Set([...refusals, ...names])].flatMap((type) => {
      const captured = former.resources[`${prefix}${type}`];
      const target = { kind: 'gateway-response', api: restApiId, type } as const;
      const inputs = responseInputs(captured?.inputs, type, posture, successorUrl);
      if (inputs === undefined) {
        this.expectations.push({ target, expect: 'absent' });
        return [];
      }
      const { statusCode, responseTemplates: templates = {} } = inputs;
      const expect = { ...(statusCode === undefined ? {} : { statusCode }), templates };
      this.expectations.push({ target, expect });
      const all = { ...inputs, restApiId, responseType: type };
      return [this.#add(new aws.apigateway.Response(`${prefix}${type}`, all, this.#within(captured, api)))];
    });
  }

  /** One deployment for each narrowing so far; the last one is what the stage serves. */
  #deployments(
    api: aws.apigateway.RestApi,
    restApi: string,
    published: readonly pulumi.Resource[],
  ): GatewayDeployment | undefined {
    const options = { parent: this, dependsOn: [...published], deletedWith: api };
    return narrowingsOf(this.#args.posture)
      .map((narrowing) => {
        const inputs = { restApi, description: this.#description(narrowing) };
        return this.#add(new GatewayDeployment(`deployment:${this.#name}/${narrowing}`, inputs, options));
      })
      .at(-1);
  }

  #description(narrowing: string): string {
    return `Teardown of ${this.#args.inventory.system}: ${narrowing}`;
  }

  #stage(
    api: aws.apigateway.RestApi,
    restApiId: string,
    deployment: GatewayDeployment | undefined,
  ): aws.apigateway.Stage {
    const captured = formerOf(this.#args.former, `stage:${this.#name}`);
    const inputs = captured.inputs as unknown as aws.apigateway.StageArgs & { readonly deployment: string };
    const narrowing = narrowingsOf(this.#args.posture).at(-1);
    this.expectations.push({
      target: { kind: 'rest-api-stage', api: restApiId, stage: this.#stageName() },
      expect: {
        ...(narrowing ? { published: this.#description(narrowing) } : { deployment: inputs.deployment }),
        ...this.#throttle(),
      },
    });
    const all = { ...inputs, ...(deployment ? { deployment: deployment.id } : {}) };
    return this.#add(new aws.apigateway.Stage(`stage:${this.#name}`, all, this.#within(captured, api)));
  }

  #throttle(): Observed {
    const captured = this.#args.former.resources[`method-settings:${this.#name}`];
    if (captured === undefined) return {};
    const { settings } = settingsInputs(captured.inputs as unknown as SettingsInputs, this.#args.posture);
    const { throttlingBurstLimit = null, throttlingRateLimit = null } = settings;
    return { throttlingBurstLimit, throttlingRateLimit };
  }

  /** A fresh create would send no zero, so a stage without settings of its own has its policy only. */
  #settings(stage: aws.apigateway.Stage): void {
    const name = `method-settings:${this.#name}`;
    const captured = this.#args.former.resources[name];
    if (captured === undefined) return;
    const inputs = settingsInputs(captured.inputs as unknown as SettingsInputs, this.#args.posture);
    this.#add(new aws.apigateway.MethodSettings(name, inputs, this.#within(captured, stage)));
  }

  #keys(stage: aws.apigateway.Stage): void {
    const plans = this.#family('usage-plan').map(([name, captured]) => {
      const options = { ...this.#held(captured), dependsOn: [stage] };
      return this.#add(new aws.apigateway.UsagePlan(name, captured.inputs, options));
    });
    const keys = this.#family('api-key').map(([name, captured]) => {
      const inputs = keyInputs(captured.inputs as { readonly enabled: boolean }, this.#args.posture);
      const target = { kind: 'api-key', id: captured.importId ?? '' } as const;
      this.expectations.push({ target, expect: { enabled: inputs.enabled } });
      return this.#add(new aws.apigateway.ApiKey(name, inputs, this.#held(captured)));
    });
    for (const [name, captured] of this.#family('usage-plan-key')) {
      const plan =
        plans[
          this.#family('usage-plan').findIndex(([each]) => name.includes(`/${each.split('/')[1] ?? ''}/`))
        ];
      const options = {
        ...adoption(this, captured),
        dependsOn: [...plans, ...keys],
        ...(plan ? { deletedWith: plan } : {}),
      };
      const inputs = captured.inputs as unknown as aws.apigateway.UsagePlanKeyArgs;
      this.#add(new aws.apigateway.UsagePlanKey(name, inputs, options));
    }
  }

  #stageName(): string {
    return formerOf(this.#args.former, `stage:${this.#name}`).inputs.stageName as string;
  }

  #family(kind: string): readonly (readonly [string, FormerResource])[] {
    const all = Object.entries(this.#args.former.resources);
    return all.filter(([name]) => name.startsWith(`${kind}:${this.#name}/`));
  }

  #held(captured: FormerResource): pulumi.CustomResourceOptions {
    return adoption(this, captured, this.#args.posture.protection === 'held');
  }

  /** Goes with `owner`, and needs no delete of its own then. */
  #within(captured: FormerResource | undefined, owner: pulumi.Resource): pulumi.CustomResourceOptions {
    const base = captured ? adoption(this, captured) : { parent: this };
    return { ...base, dependsOn: owner, deletedWith: owner };
  }

  #add<T extends pulumi.Resource>(resource: T): T {
    this.resources.push(resource);
    return resource;
  }
}
