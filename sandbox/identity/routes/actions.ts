import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { managementError } from '../errors.ts';
import { type Action, randomText, type Trigger, triggers } from '../tenant.ts';
import { bodyOf, flagQuery, pageQuery, queryOf } from '../validation.ts';

const trigger = z.strictObject({ id: z.enum(triggers), version: z.string().min(1) });
const runtime = z.enum(['node18-actions', 'node18', 'node22']);

const creation = z.strictObject({
  name: z.string().min(1),
  supported_triggers: z.array(trigger).length(1),
  code: z.string(),
  runtime: runtime.default('node22'),
  deploy: z.boolean().optional(),
});
const change = z.strictObject({
  name: z.string().min(1).optional(),
  supported_triggers: z.array(trigger).length(1).optional(),
  code: z.string().optional(),
  runtime: runtime.optional(),
});
const listing = z.strictObject({
  ...pageQuery,
  actionName: z.string().optional(),
  triggerId: z.enum(triggers).optional(),
  deployed: flagQuery.optional(),
});
const nothing = z.strictObject({});
const deletion = z.strictObject({ force: flagQuery.default(false) });
const reference = z.strictObject({ type: z.enum(['action_id', 'action_name']), value: z.string() });
const bindingChange = z.strictObject({
  bindings: z.array(z.strictObject({ ref: reference, display_name: z.string().min(1) })),
});
const bindingListing = z.strictObject({ page: pageQuery.page, per_page: pageQuery.per_page });

interface ById {
  readonly Params: { readonly id: string };
}

export function actionRoutes(app: FastifyInstance, context: Context): void {
  const { actions } = context.tenant;
  app.get('/api/v2/actions/actions', (request, reply) => {
    const query = queryOf(listing, request.query);
    const all = [...actions.values()]
      .filter(({ name }) => (query.actionName ?? name) === name)
      .filter((action) => (query.triggerId ?? action.trigger) === action.trigger)
      .filter((action) => (query.deployed ?? isDeployed(action)) === isDeployed(action));
    const { page, per_page } = query;
    const shownOnes = all.slice(page * per_page, (page + 1) * per_page).map(shown);
    return reply.send({ total: all.length, page, per_page, actions: shownOnes });
  });
  app.post('/api/v2/actions/actions', (request, reply) => {
    const { supported_triggers, deploy, ...body } = bodyOf(creation, request.body);
    if ([...actions.values()].some(({ name }) => name === body.name)) {
      throw managementError(409, 'An action with the same name already exists', 'action_conflict');
    }
    const action: Action = {
      ...body,
      ...triggerOf(supported_triggers),
      id: randomText(24),
      created_at: new Date().toISOString(),
      ...(deploy ? { deployed: body.code } : {}),
    };
    return reply.code(201).send(keep(context, action));
  });
  app.get<ById>('/api/v2/actions/actions/:id', (request, reply) => {
    queryOf(nothing, request.query);
    return reply.send(shown(known(context, request.params.id)));
  });
  app.patch<ById>('/api/v2/actions/actions/:id', (request, reply) => {
    const { supported_triggers, ...given } = bodyOf(change, request.body);
    const triggering = supported_triggers ? triggerOf(supported_triggers) : {};
    return reply.send(
      keep(context, { ...known(context, request.params.id), ...(given as Partial<Action>), ...triggering }),
    );
  });
  app.post<ById>('/api/v2/actions/actions/:id/deploy', (request, reply) => {
    const action = known(context, request.params.id);
    keep(context, { ...action, deployed: action.code });
    return reply.code(202).send({ id: randomText(24), deployed: true, code: action.code });
  });
  app.delete<ById>('/api/v2/actions/actions/:id', (request, reply) => {
    const { id } = known(context, request.params.id);
    const { force } = queryOf(deletion, request.query);
    const bound = [...context.tenant.bindings.values()].filter((one) => one.actions.some((a) => a.id === id));
    if (bound.length > 0 && !force) {
      throw managementError(400, 'The action is bound to a trigger', 'action_bound');
    }
    for (const one of bound) {
      context.tenant.bindings.set(one.trigger, {
        ...one,
        actions: one.actions.filter((each) => each.id !== id),
      });
    }
    actions.delete(id);
    return reply.code(204).send();
  });
  bindingRoutes(app, context);
}

/** PATCH replaces the whole list: what it does not name is bound no more. */
function bindingRoutes(app: FastifyInstance, context: Context): void {
  app.get<ById>('/api/v2/actions/triggers/:id/bindings', (request, reply) => {
    const { page, per_page } = queryOf(bindingListing, request.query);
    const all = bindingsOf(context, triggerNamed(request.params.id));
    const bindings = all.slice(page * per_page, (page + 1) * per_page);
    return reply.send({ total: all.length, page, per_page, bindings });
  });
  app.patch<ById>('/api/v2/actions/triggers/:id/bindings', (request, reply) => {
    const name = triggerNamed(request.params.id);
    const { bindings } = bodyOf(bindingChange, request.body);
    const actions = bindings.map(({ ref, display_name }) => ({
      id: bindable(context, name, ref).id,
      display_name,
    }));
    context.tenant.bindings.set(name, { trigger: name, actions });
    return reply.send({ bindings: bindingsOf(context, name) });
  });
}

function bindable({ tenant }: Context, name: Trigger, ref: z.infer<typeof reference>): Action {
  const found = [...tenant.actions.values()].find(
    (action) => (ref.type === 'action_id' ? action.id : action.name) === ref.value,
  );
  if (found?.trigger !== name) {
    throw managementError(400, `There is no action ${ref.value} for ${name}`, 'invalid_body');
  }
  if (found.deployed === undefined) {
    throw managementError(400, `The action ${found.name} was never deployed`, 'action_not_deployed');
  }
  return found;
}

function bindingsOf({ tenant }: Context, name: Trigger): readonly unknown[] {
  return (tenant.bindings.get(name)?.actions ?? []).map(({ id, display_name }) => {
    const action = tenant.actions.get(id);
    return { id: `${name}-${id}`, trigger_id: name, display_name, action: action && shown(action) };
  });
}

function triggerNamed(id: string): Trigger {
  const found = triggers.find((name) => name === id);
  if (!found) throw managementError(404, `The trigger ${id} is not modelled`, 'inexistent_trigger');
  return found;
}

function triggerOf([first]: readonly z.infer<typeof trigger>[]): Pick<Action, 'trigger' | 'version'> {
  if (!first) throw managementError(400, 'One trigger is needed', 'invalid_body');
  return { trigger: first.id, version: first.version };
}

function keep(context: Context, action: Action): unknown {
  context.tenant.actions.set(action.id, action);
  return shown(action);
}

function known(context: Context, id: string): Action {
  const action = context.tenant.actions.get(id);
  if (!action) throw managementError(404, 'The action does not exist', 'inexistent_action');
  return action;
}

function isDeployed({ code, deployed }: Action): boolean {
  return code === deployed;
}

function shown(action: Action): Readonly<Record<string, unknown>> {
  const { id, name, trigger: triggerId, version, runtime: engine, code, created_at } = action;
  return {
    id,
    name,
    supported_triggers: [{ id: triggerId, version }],
    runtime: engine,
    code,
    dependencies: [],
    secrets: [],
    status: 'built',
    all_changes_deployed: isDeployed(action),
    created_at,
  };
}
