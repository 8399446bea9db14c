import { type Answer, logIn, machineToken, signUp } from '../../identity/visitor.ts';
import type { IdentityKeys } from '../../world/identity.ts';
import { accounts, admins, enrolment, integrations, interfaces, modules, writes } from '../closures.ts';
import type { Door, Outcome } from '../door.ts';

const newcomer = () => `newcomer-${Date.now()}-${process.pid}@example.test`;

/** The doors of the tenant: the CRM's own, and those of the web shop, which must work at every step. */
export const identityDoors: readonly Door<IdentityKeys>[] = [
  {
    principal: 'customer',
    attempt: 'logs in at the portal',
    closedBy: [accounts, interfaces],
    answer: 'enforced',
    run: async ({ portal, customer }) => outcomeOf(await logIn(portal, customer)),
  },
  {
    principal: 'customer of both products',
    attempt: 'logs in at the portal',
    closedBy: [accounts, interfaces],
    answer: 'enforced',
    run: async ({ portal, sharedCustomer }) => outcomeOf(await logIn(portal, sharedCustomer)),
  },
  {
    principal: 'administrator',
    attempt: 'logs in at the portal',
    closedBy: [admins, interfaces],
    answer: 'enforced',
    run: async ({ portal, administrator }) => outcomeOf(await logIn(portal, administrator)),
  },
  {
    principal: 'newcomer',
    attempt: 'signs up at the portal',
    closedBy: [enrolment],
    answer: 'enforced',
    run: async ({ portal, customer }) => outcomeOf(await signUp(portal, { ...customer, email: newcomer() })),
  },
  {
    principal: 'ERP',
    attempt: 'gets a token',
    closedBy: [integrations],
    answer: 'enforced',
    run: async ({ erp, api }) => outcomeOf(await machineToken(erp, api)),
  },
  scopeDoor('write:contacts', [writes, modules, interfaces, integrations]),
  scopeDoor('read:contacts', [modules, interfaces, integrations]),
  scopeDoor('read:invoices', [interfaces, integrations]),
  {
    principal: 'customer of both products',
    attempt: 'logs in at the web shop',
    closedBy: [],
    answer: 'enforced',
    run: async ({ shop, sharedCustomer }) => outcomeOf(await logIn(shop, sharedCustomer)),
  },
  {
    principal: 'customer of the web shop',
    attempt: 'logs in at the web shop',
    closedBy: [],
    answer: 'enforced',
    run: async ({ shop, shopCustomer }) => outcomeOf(await logIn(shop, shopCustomer)),
  },
];

function scopeDoor(scope: string, closedBy: Door<IdentityKeys>['closedBy']): Door<IdentityKeys> {
  return {
    principal: 'ERP',
    attempt: `gets a token for ${scope}`,
    closedBy,
    answer: 'enforced',
    run: async ({ erp, api }) => {
      const answer = await machineToken(erp, api);
      const granted = answer.allowed && ((answer.tokens.scope ?? '') as string).split(' ').includes(scope);
      return granted ? 'allowed' : 'refused';
    },
  };
}

function outcomeOf({ allowed }: Answer): Outcome {
  return allowed ? 'allowed' : 'refused';
}
