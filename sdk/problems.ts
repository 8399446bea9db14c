import { defineProblems } from '../diagnostics/index.ts';

export const problems = defineProblems({
  'run-ended-early': { summary: 'The program ended before all resources were registered', exit: 'bug' },
  'run-resource-forgotten': { summary: 'A captured resource was not built', exit: 'bug' },
  'keep-roll-call-open': {
    summary: 'A delete was asked for before the roll-call was complete',
    exit: 'refused',
  },
  'keep-not-confirmed': { summary: 'The gate did not confirm a step in this run', exit: 'refused' },
  'keep-not-in-contract': { summary: 'The confirmed step does not delete this resource', exit: 'refused' },
  'keep-no-evidence': { summary: 'The archive of a data-bearing resource is not proven', exit: 'refused' },
});
