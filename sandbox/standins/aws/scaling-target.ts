import {
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
  type ScalableDimension,
  type ServiceNamespace,
} from '@aws-sdk/client-application-auto-scaling';
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

interface Place {
  readonly ServiceNamespace: ServiceNamespace;
  readonly ResourceId: string;
  readonly ScalableDimension: ScalableDimension;
}

/** Imported by `namespace/resource id/dimension`. A create takes over whatever target is registered, as the API does. */
export function scalingTargetHandler(clients: () => Clients): ResourceHandler {
  const fixed = { kind: 'string', required: true, replaces: true } as const;
  const capacity = { kind: 'number', required: true } as const;
  const table: Arguments = {
    serviceNamespace: fixed,
    resourceId: fixed,
    scalableDimension: fixed,
    minCapacity: capacity,
    maxCapacity: capacity,
    region: regionArgument(() => clients().region),
  };
  const put = async (news: Properties): Promise<Properties> => {
    const command = new RegisterScalableTargetCommand({
      ...placeOf(news),
      MinCapacity: Number(news.minCapacity),
      MaxCapacity: Number(news.maxCapacity),
    });
    await called(`registering scalable target (${String(news.resourceId)})`, clients().scaling.send(command));
    return { ...news, region: clients().region };
  };
  return {
    check: (news) => Promise.resolve(checkArguments(table, news)),
    diff: (news, old) => Promise.resolve(differenceOf(table, news, old)),
    create: async (inputs, call) => {
      if (call.preview) return previewOfCreate(inputs);
      return { id: String(inputs.resourceId), outputs: await put(inputs) };
    },
    read: async (old) => {
      const outputs = await read(clients(), isImport(old) ? importedPlace(old) : placeOf(old.outputs));
      return outputs && { id: String(outputs.resourceId), inputs: inputsFrom(table, outputs, old), outputs };
    },
    update: async (news, old, call) => (call.preview ? previewOfUpdate(table, news, old) : put(news)),
    delete: async ({ outputs }) => {
      const call = clients().scaling.send(new DeregisterScalableTargetCommand(placeOf(outputs)));
      await found(`deregistering scalable target`, call, 'ObjectNotFoundException', 'ValidationException');
    },
  };
}

function placeOf({ serviceNamespace, resourceId, scalableDimension }: Properties): Place {
  return {
    ServiceNamespace: serviceNamespace as ServiceNamespace,
    ResourceId: String(resourceId),
    ScalableDimension: scalableDimension as ScalableDimension,
  };
}

function importedPlace({ id }: State): Place {
  const parts = id.split('/');
  return placeOf({
    serviceNamespace: parts[0],
    resourceId: parts.slice(1, -1).join('/'),
    scalableDimension: parts.at(-1),
  });
}

async function read({ scaling, region }: Clients, place: Place): Promise<Properties | undefined> {
  const { ServiceNamespace, ResourceId, ScalableDimension } = place;
  const command = new DescribeScalableTargetsCommand({
    ServiceNamespace,
    ResourceIds: [ResourceId],
    ScalableDimension,
  });
  const answer = await called(`reading scalable target (${ResourceId})`, scaling.send(command));
  const live = answer.ScalableTargets?.[0];
  return (
    live && {
      serviceNamespace: live.ServiceNamespace,
      resourceId: live.ResourceId,
      scalableDimension: live.ScalableDimension,
      minCapacity: live.MinCapacity,
      maxCapacity: live.MaxCapacity,
      region,
    }
  );
}
