import { defineProblems } from '../diagnostics/index.ts';

/** Why a system cannot be captured as it is. */
export const problems = defineProblems({
  'capture-absent': { summary: 'The inventory names something that is not there', exit: 'configuration' },
  'capture-break-glass-unusable': { summary: 'The break-glass login cannot be used', exit: 'refused' },
  'capture-grants-not-uniform': {
    summary: 'A role has different rights on the tables of one schema',
    exit: 'refused',
  },
  'capture-grant-option': { summary: 'A role may hand its rights on', exit: 'refused' },
  'capture-admin-option': { summary: 'A role may hand a membership on', exit: 'refused' },
  'capture-runner-cut': { summary: 'The login of the runner is listed to be cut', exit: 'refused' },
  'capture-database-of-a-login': { summary: 'The database belongs to a login', exit: 'refused' },
  'capture-power-out-of-reach': { summary: 'A login could read or write past every cut', exit: 'refused' },
  'capture-role-parameter': {
    summary: 'A role has a setting that the provider cannot read',
    exit: 'refused',
  },
  'capture-in-the-middle': { summary: 'The teardown has begun: its former settings stand', exit: 'refused' },
  'capture-ambiguous': { summary: 'The inventory names something that is there twice', exit: 'refused' },
  'capture-gateway-shared': { summary: 'Others use a part of the gateway', exit: 'refused' },
  'capture-gateway-not-closable': {
    summary: 'A gateway cannot be narrowed without changing who else may call it',
    exit: 'refused',
  },
  'capture-setting-not-kept': {
    summary: 'A live thing has settings that the teardown cannot take over and give back',
    exit: 'refused',
  },
  'capture-not-written': { summary: 'The former settings cannot be written', exit: 'configuration' },
  'capture-denial-there': {
    summary: 'Something of the teardown is there before it began',
    exit: 'configuration',
  },
  'capture-role-managed': { summary: 'AWS itself manages a role of the inventory', exit: 'configuration' },
  'capture-scope-unknown': {
    summary: 'A module names a scope that its API does not have',
    exit: 'configuration',
  },
});
