import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  type Service,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { Properties, ResourceHandler, State } from '../../../provider/protocol.ts';
import {
  type Arguments,
  checkArguments,
  differenceOf,
  inputsFrom,
  isImport,
  previewOfCreate,
  previewOfUpdate,
} from '../arguments.ts';
import { called, type Clients, found } from './clients.ts';
import { regionArgument } from './tags.ts';

/** Imported by `cluster/service`; its id is the ARN. Its desired count is sent as the program has it, whatever a scaler says. */
export function ecsServiceHandler(clients: () => Clients): ResourceHandler {
  const table: Arguments = {
    name: { kind: 'string', required: true, replaces: true },
    cluster: { kind: 'string', required: true, replaces: true },
    taskDefinition: { kind: 'string', required: true },
    desiredCount: { kind: 'number', default: 0 },
    launchType: { kind: 'string', replaces: true, computed: true },
    region: regionArgument(() => clients().region),
  };
  const outputs = async (cluster: string, name: string): Promise<Properties | undefined> => {
    const live = await serviceOf(clients(), cluster, name);
    return live && outputsOf(live, clients().region);
  };
  return {
    check: (news) => Promise.resolve(checkArguments(table, news)),
    diff: (news, old) => Promise.resolve(differenceOf(table, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      const { name, cluster, taskDefinition, desiredCount, launchType } = inputs;
      const command = new CreateServiceCommand({
        serviceName: String(name),
        cluster: String(cluster),
        taskDefinition: String(taskDefinition),
        desiredCount: Number(desiredCount),
        ...(launchType === undefined ? {} : { launchType: launchType as 'FARGATE' }),
      });
      const { service } = await called(`creating ECS Service (${String(name)})`, clients().ecs.send(command));
      return { id: service?.serviceArn ?? '', outputs: outputsOf(service ?? {}, clients().region) };
    },
    read: async (old) => {
      const [cluster, name] = placeOf(old);
      const read = await outputs(cluster, name);
      return read && { id: String(read.arn), inputs: inputsFrom(table, read, old), outputs: read };
    },
    update: async (news, old, call) => {
      if (call.preview) return previewOfUpdate(table, news, old);
      await update(clients(), placeOf(old), news);
      return (await outputs(...placeOf(old))) ?? {};
    },
    /** The real one lets the tasks go before it deletes. */
    delete: async (old) => {
      const [cluster, service] = placeOf(old);
      if (!(await serviceOf(clients(), cluster, service))) return;
      await update(clients(), [cluster, service], { desiredCount: 0 });
      const gone = clients().ecs.send(new DeleteServiceCommand({ cluster, service }));
      await found(`deleting ECS Service (${service})`, gone, 'ServiceNotFoundException');
    },
  };
}

function placeOf(old: State): readonly [string, string] {
  if (!isImport(old)) return [String(old.outputs.cluster), String(old.outputs.name)];
  const [cluster = '', name = ''] = old.id.split('/');
  return [cluster, name];
}

async function update(
  { ecs }: Clients,
  [cluster, service]: readonly [string, string],
  news: Properties,
): Promise<void> {
  const command = new UpdateServiceCommand({
    cluster,
    service,
    desiredCount: Number(news.desiredCount ?? 0),
    ...(typeof news.taskDefinition === 'string' ? { taskDefinition: news.taskDefinition } : {}),
  });
  await called(`updating ECS Service (${service})`, ecs.send(command));
}

/** A deleted service is shown as inactive for a while. */
async function serviceOf({ ecs }: Clients, cluster: string, name: string): Promise<Service | undefined> {
  const call = ecs.send(new DescribeServicesCommand({ cluster, services: [name] }));
  const answer = await found(`reading ECS Service (${name})`, call, 'ClusterNotFoundException');
  return answer?.services?.find(({ status }) => status !== 'INACTIVE');
}

function outputsOf(live: Service, region: string): Properties {
  return {
    name: live.serviceName,
    arn: live.serviceArn,
    cluster: live.clusterArn,
    taskDefinition: live.taskDefinition,
    desiredCount: live.desiredCount,
    ...(live.launchType === undefined ? {} : { launchType: live.launchType }),
    region,
  };
}
