import { actsInAws } from './members.ts';
import { eachOf, type Finding, type Located, repeated, type Rule, rule } from './rule.ts';
import type { Inventory } from './schema.ts';

/** A user or role by its name: IAM knows no two names that differ in case only. */
interface Principal {
  readonly kind: 'iamRoles' | 'iamUsers';
  readonly name: string;
}

/** Whom an ARN stands for; a session stands for its role. Undefined for the root of an account and the like. */
function principalOf(arn: string | undefined): Principal | undefined {
  const [type = '', ...names] = (arn ?? '').split(':').slice(5).join(':').toLowerCase().split('/');
  if (type === 'user') return { kind: 'iamUsers', name: names.at(-1) ?? '' };
  if (type === 'role') return { kind: 'iamRoles', name: names.at(-1) ?? '' };
  return type === 'assumed-role' ? { kind: 'iamRoles', name: names[0] ?? '' } : undefined;
}

function listed({ operators }: Pick<Inventory, 'operators'>, kind: Principal['kind']): readonly Located[] {
  return eachOf(['operators'], operators, kind).map(({ text, path }) => ({ text: text.toLowerCase(), path }));
}

function isNotCut(who: 'runner' | 'breakGlass', code: Finding['code'], hint: string): Rule {
  return rule(`${who} is no operator in IAM`, [who, 'operators'], (inventory) => {
    const spared = principalOf(inventory[who].aws);
    if (spared === undefined) return [];
    return listed(inventory, spared.kind)
      .filter(({ text }) => text === spared.name)
      .map(({ text, path }) => ({
        code,
        path,
        detail: `"${text}" is ${who}.aws and is listed to be cut`,
        hint,
      }));
  });
}

function isNamed(who: 'runner' | 'breakGlass', code: Finding['code'], detail: string, role: string): Rule {
  return rule(`${who} is named beside operators in IAM`, [who, 'operators'], (inventory) => {
    if (!actsInAws(inventory) || inventory[who].aws !== undefined) return [];
    const hint = `add: ${who}: { aws: "arn:aws:iam::111122223333:role/${role}" }`;
    return [{ code, path: ['operators'], detail, hint }];
  });
}

function listedOnce(kind: Principal['kind'], what: string): Rule {
  return rule(`${what}s are listed once`, ['operators'], (inventory) =>
    repeated(listed(inventory, kind)).map(({ text, path }) => ({
      code: 'inventory-used-twice',
      path,
      detail: `the ${what} "${text}" is listed earlier too: two resources would fight over one live thing`,
      hint: `list the ${what} once`,
    })),
  );
}

/** Operators by IAM: each once, and never one that a run may not cut (rule 13). */
export const operatorRules: readonly Rule[] = [
  listedOnce('iamRoles', 'IAM role'),
  listedOnce('iamUsers', 'IAM user'),
  isNotCut(
    'runner',
    'inventory-runner-cut',
    'run the stack as a principal of its own, which is no operator of the CRM',
  ),
  isNotCut('breakGlass', 'inventory-break-glass-cut', 'name a sealed principal that nobody uses day by day'),
  isNamed(
    'runner',
    'inventory-runner-missing',
    'operators are locked in IAM, and without the name of the runner nothing keeps it from being one of them',
    'runner',
  ),
  isNamed(
    'breakGlass',
    'inventory-break-glass-missing',
    'after revoked/admins nobody but the runner could act in the account',
    'break-glass',
  ),
];
