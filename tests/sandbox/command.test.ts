import { describe, expect, it } from '@jest/globals';
import { sandboxProgram } from '../../sandbox/command.ts';

function help(verb: string): string {
  const program = sandboxProgram(
    () => undefined,
    () => undefined,
  );
  const command = program.commands.find((each) => each.name() === verb);
  return command?.configureHelp({ helpWidth: 120 }).helpInformation() ?? '';
}

describe('the help text', () => {
  it('of up', () => {
    expect(help('up')).toMatchInlineSnapshot(`
      "Usage: sandbox up [options]

      install what is missing, start the servers, print how to use them

      Options:
        --name <name>        which sandbox (default: "default")
        --sample             build the sample CRM in it, with inventory, evidence store and a stack
        --inventory <file>   host the system of this inventory: the servers it needs, an evidence store, a stack
        --seed <file>        run this SQL file with psql on the PostgreSQL server
        --accounts <number>  application accounts: of the sample, or what the seed reads as :accounts; 1 to 1000000
        -h, --help           display help for command
      "
    `);
  });

  it('of down', () => {
    expect(help('down')).toMatchInlineSnapshot(`
      "Usage: sandbox down [options]

      end the servers of this sandbox and nothing else, and remove all of its files

      Options:
        --name <name>  which sandbox (default: "default")
        -h, --help     display help for command
      "
    `);
  });

  it('of status', () => {
    expect(help('status')).toMatchInlineSnapshot(`
      "Usage: sandbox status [options]

      show which servers run; exit code 6 if the sandbox is not up

      Options:
        --name <name>  which sandbox (default: "default")
        -h, --help     display help for command
      "
    `);
  });
});
