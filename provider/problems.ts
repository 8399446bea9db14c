import { defineProblems } from '../diagnostics/index.ts';

export const problems = defineProblems({
  'gate-move-refused': { summary: 'The stack may not move to this step', exit: 'refused' },
  'gate-evidence-missing': { summary: 'The gate does not open: evidence is missing', exit: 'refused' },
  'gate-state-lost': { summary: 'The ledger knows this system, the state does not', exit: 'refused' },
  'gate-witnesses-disagree': { summary: 'State and ledger do not tell the same step', exit: 'refused' },
  'gate-refresh-first': {
    summary: 'A step that was not reached is left backwards only with a refreshed state',
    exit: 'refused',
  },
  'gate-live-unreachable': { summary: 'A live system cannot be looked at', exit: 'unreachable' },
  'gate-cannot-be-imported': { summary: 'A gate cannot be imported', exit: 'refused' },
  'gate-cannot-be-deleted': {
    summary: 'Gate and verification are never deleted by an update',
    exit: 'refused',
  },
  'verification-failed': {
    summary: 'The step was not reached: the live systems say otherwise',
    exit: 'refused',
  },
  'database-access-left': { summary: 'A right that a step takes is still there', exit: 'refused' },
  'database-access-runner-cut': { summary: 'A run may not cut its own login', exit: 'refused' },
  'database-access-forgotten': { summary: 'What was cut is not named any more', exit: 'refused' },
  'database-access-gone': { summary: 'The database is not there', exit: 'refused' },
  'shared-part-left': {
    summary: 'Somebody else changed a shared thing at the same time',
    exit: 'refused',
  },
  'trigger-binding-no-action': { summary: 'The action to be bound does not exist', exit: 'refused' },
  'guard-refused': { summary: 'The guard keeps its target', exit: 'refused' },
  'guard-no-target': { summary: 'The thing to be guarded does not exist', exit: 'refused' },
});
