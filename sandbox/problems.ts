import { defineProblems } from '../diagnostics/index.ts';

export const problems = defineProblems({
  'sandbox-no-go': { summary: 'The engine cannot be built without Go', exit: 'unreachable' },
  'sandbox-old-go': { summary: 'Go is too old to build the engine', exit: 'unreachable' },
  'sandbox-engine-download': {
    summary: 'The modules of the engine cannot be downloaded',
    exit: 'unreachable',
  },
  'sandbox-engine-build': { summary: 'The engine could not be built', exit: 'unreachable' },
  'sandbox-no-apt': { summary: 'A package is missing and this machine has no apt-get', exit: 'unreachable' },
  'sandbox-no-superuser': {
    summary: 'A package is missing and only root may install it',
    exit: 'unreachable',
  },
  'sandbox-package': { summary: 'A package could not be installed', exit: 'unreachable' },
  'sandbox-no-postgresql': { summary: 'The PostgreSQL server was not found', exit: 'unreachable' },
  'sandbox-no-python': { summary: 'The AWS stand-in moto needs Python', exit: 'unreachable' },
  'sandbox-python-venv': { summary: 'Python cannot make a private environment', exit: 'unreachable' },
  'sandbox-moto': { summary: 'The AWS stand-in moto could not be installed', exit: 'unreachable' },
  'sandbox-name': { summary: 'This is no name for a sandbox', exit: 'usage' },
  'sandbox-not-up': { summary: 'This sandbox is not running', exit: 'unreachable' },
  'sandbox-no-server-user': { summary: 'PostgreSQL refuses to run as root', exit: 'unreachable' },
  'sandbox-server': { summary: 'A server of the sandbox did not start', exit: 'unreachable' },
  'sandbox-usage': { summary: 'The command line of the sandbox is wrong', exit: 'usage' },
  'sandbox-running': { summary: 'A sandbox of this name is running already', exit: 'busy' },
  'sandbox-busy': { summary: 'Another process is using the sandbox of this name', exit: 'busy' },
  'sandbox-accounts': { summary: 'This is no number of accounts', exit: 'usage' },
  'sandbox-seed-unreadable': { summary: 'The seed cannot be read', exit: 'configuration' },
  'sandbox-seed': { summary: 'A statement of the seed failed', exit: 'configuration' },
  'sandbox-no-database': { summary: 'A seed needs a database', exit: 'configuration' },
  'sandbox-store-outside': {
    summary: 'The evidence store of a sandbox must lie beside the inventory',
    exit: 'configuration',
  },
  'sandbox-stack': { summary: 'The stack could not be made', exit: 'unreachable' },
  'sandbox-inventory': { summary: 'The sample inventory cannot be read', exit: 'configuration' },
});
