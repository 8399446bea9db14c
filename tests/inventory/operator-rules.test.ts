import { describe, expect, it } from '@jest/globals';
import { codes, problemsAfter } from './slice.ts';

const iam = 'arn:aws:iam::111122223333';
const sts = 'arn:aws-cn:sts::111122223333';

/** Codes for an inventory whose runner or break-glass is that ARN, and whose operators are these. */
function refused(who: 'runner' | 'breakGlass', arn: string, operators: object): readonly string[] {
  const sealed = { 'breakGlass.aws': `${iam}:user/nobody`, [`${who}.aws`]: arn };
  const others = { 'operators.1': { name: 'admins', ownership: 'exclusive', ...operators } };
  return codes(problemsAfter({ ...sealed, ...others }));
}

describe('an operator that is the runner or break-glass', () => {
  it.each([
    [`${iam}:role/runner`, { iamRoles: ['runner'] }],
    [`${iam}:role/teams/crm/runner`, { iamRoles: ['runner'] }],
    [`${iam}:role/runner`, { iamRoles: ['Runner'] }],
    [`${sts}:assumed-role/runner/nightly`, { iamRoles: ['runner'] }],
    [`${iam}:user/teams/runner`, { iamUsers: ['anna', 'runner'] }],
  ])('is found by %s among %j', (arn, operators) => {
    expect(refused('runner', arn, operators)).toEqual(['inventory-runner-cut']);
    expect(refused('breakGlass', arn, operators)).toEqual(['inventory-break-glass-cut']);
  });

  it.each([
    [`${iam}:role/runner`, { iamUsers: ['runner'] }],
    [`${iam}:user/runner`, { iamRoles: ['runner'] }],
    [`${iam}:role/runner`, { iamRoles: ['runner-of-the-shop', 'crm'] }],
    [`${sts}:assumed-role/crm/runner`, { iamRoles: ['runner'] }],
    [`${iam}:root`, { iamRoles: ['root'] }],
  ])('is nobody else: %s beside %j', (arn, operators) => {
    expect(refused('runner', arn, operators)).toEqual([]);
    expect(refused('breakGlass', arn, operators)).toEqual([]);
  });

  it('is named by its name, never by its ARN', () => {
    expect(refused('runner', `${iam}:user/other`, { iamRoles: [`${iam}:role/runner`] })).toEqual([
      'inventory-wrong-value',
    ]);
  });
});
