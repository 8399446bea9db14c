import { defineProblems } from '../diagnostics/index.ts';

/** What can be wrong with a command line and with the stack file it names. */
export const problems = defineProblems({
  'cli-usage': { summary: 'The command line is wrong', exit: 'usage' },
  'cli-file': { summary: 'A file cannot be used', exit: 'configuration' },
  'cli-bug': { summary: 'A fault of this tool', exit: 'bug' },
  'cli-stack-unknown': { summary: 'There is no such stack file', exit: 'configuration' },
  'cli-stack-unclear': { summary: 'It is not clear which stack is meant', exit: 'usage' },
  'cli-stack-not-yaml': { summary: 'The stack file is not YAML', exit: 'configuration' },
  'cli-stack-wrong-value': { summary: 'A value of the stack file has the wrong type', exit: 'configuration' },
  'cli-move-refused': { summary: 'This step cannot be taken from here', exit: 'refused' },
  'cli-not-captured': { summary: 'The former settings were not captured', exit: 'configuration' },
  'cli-state-unreadable': {
    summary: "The engine's state of the stack cannot be read",
    exit: 'configuration',
  },
  'cli-incident-exists': { summary: 'There is such an incident file already', exit: 'refused' },
  'cli-engine-busy': { summary: 'An update of this stack is running', exit: 'busy' },
  'cli-engine-lock-cut-off': { summary: 'The stack has a lock that does not say who holds it', exit: 'busy' },
  'cli-engine-elsewhere': {
    summary: 'The stack is locked where its holder cannot be checked from here',
    exit: 'busy',
  },
});
