import { TeardownError } from '../../../diagnostics/index.ts';
import type { ProviderDefinition } from '../../../provider/protocol.ts';
import { problems } from '../problems.ts';
import { bucketPolicyHandler } from './bucket-policy.ts';
import { bucketHandler } from './bucket.ts';
import { type Clients, clientsFor, type Environment } from './clients.ts';
import { ecsServiceHandler } from './ecs-service.ts';
import { apiKeyHandler, usagePlanHandler, usagePlanKeyHandler } from './gateway-keys.ts';
import { eventRuleHandler, eventTargetHandler } from './event-rule.ts';
import { eventSourceMappingHandler, functionHandler } from './function.ts';
import { gatewayResponseHandler, restApiHandler, restApiPolicyHandler } from './gateway-api.ts';
import { methodSettingsHandler, stageHandler } from './gateway-stage.ts';
import { accessKeyHandler, userHandler } from './iam-user.ts';
import { attachmentHandler, inlinePolicyHandler, policyHandler } from './iam-policy.ts';
import { roleHandler } from './iam-role.ts';
import { instanceHandler } from './instance.ts';
import { queueHandler, queuePolicyHandler } from './queue.ts';
import { scalingTargetHandler } from './scaling-target.ts';
import { scheduleHandler } from './schedule.ts';
import { secretHandler, secretPolicyHandler } from './secret.ts';
import { snapshotHandler } from './snapshot.ts';

/** The stand-in for @pulumi/aws over an AWS simulator: the types of the sample CRM, traps included. */
export function awsProvider(version: string, environment: Environment): ProviderDefinition {
  let configured: Clients | undefined;
  const clients = (): Clients => {
    if (configured) return configured;
    const detail = 'aws was asked for a resource before it was configured';
    const hint = 'let the engine start the plugin';
    throw new TeardownError(problems('standin-configuration', { detail, hint }));
  };
  return {
    name: 'aws',
    version,
    configure: (config) => {
      configured = clientsFor(config, environment);
      return Promise.resolve();
    },
    resources: {
      'aws:appautoscaling/target:Target': scalingTargetHandler(clients),
      'aws:ecs/service:Service': ecsServiceHandler(clients),
      'aws:apigateway/apiKey:ApiKey': apiKeyHandler(clients),
      'aws:apigateway/methodSettings:MethodSettings': methodSettingsHandler(clients),
      'aws:apigateway/response:Response': gatewayResponseHandler(clients),
      'aws:apigateway/restApi:RestApi': restApiHandler(clients),
      'aws:apigateway/restApiPolicy:RestApiPolicy': restApiPolicyHandler(clients),
      'aws:apigateway/stage:Stage': stageHandler(clients),
      'aws:apigateway/usagePlan:UsagePlan': usagePlanHandler(clients),
      'aws:apigateway/usagePlanKey:UsagePlanKey': usagePlanKeyHandler(clients),
      'aws:iam/accessKey:AccessKey': accessKeyHandler(clients),
      'aws:iam/policy:Policy': policyHandler(clients),
      'aws:iam/role:Role': roleHandler(clients),
      'aws:iam/rolePolicy:RolePolicy': inlinePolicyHandler(clients, 'role'),
      'aws:iam/user:User': userHandler(clients),
      'aws:iam/userPolicy:UserPolicy': inlinePolicyHandler(clients, 'user'),
      'aws:iam/userPolicyAttachment:UserPolicyAttachment': attachmentHandler(clients),
      'aws:cloudwatch/eventRule:EventRule': eventRuleHandler(clients),
      'aws:cloudwatch/eventTarget:EventTarget': eventTargetHandler(clients),
      'aws:lambda/eventSourceMapping:EventSourceMapping': eventSourceMappingHandler(clients),
      'aws:lambda/function:Function': functionHandler(clients),
      'aws:scheduler/schedule:Schedule': scheduleHandler(clients),
      'aws:secretsmanager/secret:Secret': secretHandler(clients),
      'aws:secretsmanager/secretPolicy:SecretPolicy': secretPolicyHandler(clients),
      'aws:sqs/queue:Queue': queueHandler(clients),
      'aws:sqs/queuePolicy:QueuePolicy': queuePolicyHandler(clients),
      'aws:rds/instance:Instance': instanceHandler(clients),
      'aws:rds/snapshot:Snapshot': snapshotHandler(clients),
      'aws:s3/bucket:Bucket': bucketHandler(clients),
      'aws:s3/bucketPolicy:BucketPolicy': bucketPolicyHandler(clients),
    },
  };
}
