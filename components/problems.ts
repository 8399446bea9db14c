import { defineProblems } from '../diagnostics/index.ts';

export const problems = defineProblems({
  'component-not-captured': { summary: 'A live resource has no former settings', exit: 'configuration' },
});
