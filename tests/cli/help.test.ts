import { describe, expect, it } from '@jest/globals';
import type { Ran } from './project.ts';
import { main } from '../../cli/main.ts';

async function help(...args: string[]): Promise<Ran> {
  const out: string[] = [];
  const error: string[] = [];
  const code = await main(args, {
    projectRoot: '/nowhere',
    cwd: '/nowhere',
    environment: {},
    colours: false,
    write: (text) => out.push(text),
    writeError: (text) => error.push(text),
    now: () => new Date(0),
  });
  return { code, out: out.join(''), error: error.join('') };
}

describe('help', () => {
  it('lists the commands', async () => {
    const { code, out, error } = await help('--help');
    expect([code, error]).toEqual([0, '']);
    expect(out).toMatchInlineSnapshot(`
     "Usage: teardown [options] [command]

     Retire a CRM step by step: what stands, what is missing, who approved.

     Options:
       -V, --version             output the version number
       -h, --help                display help for command

     Commands:
       status [options]          Show where the system stands, what the next step needs, and which command provides
                                 it.
       approve [options] <step>  Approve one step for exactly the files as they are; any change of them voids the
                                 approval.
       capture [options]         Read what the inventory lists in the live systems and keep it as the former
                                 settings.
       unlock [options]          Clear locks that a killed run left behind; refuses while a holder is alive or
                                 cannot be checked.
       freeze [options]          Stop everything at once: gate, deletes, guards, verification and commands refuse
                                 until it is lifted.
       unfreeze [options]        Lift a freeze; the next run judges all conditions and approvals again.
       incident [options]        Write what support needs about an accident, without personal data.
       help [command]            display help for command

     Exit codes: docs/exit-codes.md

     Examples:
       $ teardown status
       $ teardown approve read-only --as "Wei Zhang" --reason "notices are out"
     "
    `);
  });

  it('of status', async () => {
    expect((await help('status', '--help')).out).toMatchInlineSnapshot(`
      "Usage: teardown status [options]

      Show where the system stands, what the next step needs, and which command provides it.

      Options:
        -s, --stack <name>    the stack; read from stacks/Pulumi.<name>.yaml (default: the only one)
        --config-file <file>  use the settings of this file instead
        --json                print the result, or the problems, as one JSON value
        -h, --help            display help for command

      Examples:
        $ teardown status
        $ teardown status --stack slice-crm --json
      "
    `);
  });

  it('of approve', async () => {
    expect((await help('approve', '--help')).out).toMatchInlineSnapshot(`
      "Usage: teardown approve [options] <step>

      Approve one step for exactly the files as they are; any change of them voids the approval.

      Arguments:
        step                  the step to be entered, such as read-only or revoked/accounts

      Options:
        --as <name>           who approves; kept as a keyed hash, the name itself encrypted
        --reason <text>       why this step may be taken now
        -s, --stack <name>    the stack; read from stacks/Pulumi.<name>.yaml (default: the only one)
        --config-file <file>  use the settings of this file instead
        --json                print the result, or the problems, as one JSON value
        -h, --help            display help for command

      Examples:
        $ teardown approve read-only --as "Wei Zhang" --reason "notices are out, migration signed off"
        $ teardown approve active --as "Wei Zhang" --reason "wrong access removed, going back" --json
      "
    `);
  });

  it('of capture', async () => {
    expect((await help('capture', '--help')).out).toMatchInlineSnapshot(`
      "Usage: teardown capture [options]

      Read what the inventory lists in the live systems and keep it as the former settings.

      Options:
        --create-store        create the evidence store that the inventory names; it must not exist yet
        -s, --stack <name>    the stack; read from stacks/Pulumi.<name>.yaml (default: the only one)
        --config-file <file>  use the settings of this file instead
        --json                print the result, or the problems, as one JSON value
        -h, --help            display help for command

      Only reads the live systems. Writes <system>.former.json beside the inventory and an entry in the ledger.

      Examples:
        $ teardown capture --create-store
        $ teardown capture --stack slice-crm --json
      "
    `);
  });

  it('of unlock', async () => {
    expect((await help('unlock', '--help')).out).toMatchInlineSnapshot(`
      "Usage: teardown unlock [options]

      Clear locks that a killed run left behind; refuses while a holder is alive or cannot be checked.

      Options:
        -s, --stack <name>    the stack; read from stacks/Pulumi.<name>.yaml (default: the only one)
        --config-file <file>  use the settings of this file instead
        --json                print the result, or the problems, as one JSON value
        -h, --help            display help for command

      Examples:
        $ teardown unlock
        $ teardown unlock --stack slice-crm --json
      "
    `);
  });

  it('is the same by `help COMMAND`', async () => {
    expect((await help('help', 'unlock')).out).toBe((await help('unlock', '--help')).out);
  });
});
