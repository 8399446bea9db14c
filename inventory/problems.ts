import { defineProblems } from '../diagnostics/index.ts';

const exit = 'configuration';

/** Everything that can be wrong with an inventory, former settings or stack settings. All of it is exit code 3. */
export const problems = defineProblems({
  'inventory-missing': { summary: 'There is no inventory file at this place', exit },
  'inventory-unreadable': { summary: 'The inventory file cannot be read', exit },
  'inventory-empty': { summary: 'The inventory file is empty', exit },
  'inventory-not-yaml': { summary: 'The inventory is not YAML', exit },
  'inventory-duplicate-key': { summary: 'A key is written twice', exit },
  'inventory-alias': { summary: 'The inventory uses anchors or aliases', exit },
  'inventory-unknown-key': { summary: 'The inventory has a key that nothing reads', exit },
  'inventory-missing-key': { summary: 'The inventory lacks a required key', exit },
  'inventory-wrong-type': { summary: 'A value of the inventory has the wrong type', exit },
  'inventory-wrong-value': { summary: 'A value of the inventory is not allowed', exit },
  'inventory-credential-value': { summary: 'A credential is not a reference', exit },
  'inventory-duplicate-name': { summary: 'A name is used twice in one list', exit },
  'inventory-used-twice': { summary: 'One live thing is listed twice', exit },
  'inventory-dangling-reference': {
    summary: 'The inventory refers to something it does not describe',
    exit,
  },
  'inventory-enforced-nowhere': { summary: 'Rights to data are enforced nowhere', exit },
  'inventory-nothing-to-tear-down': { summary: 'The inventory describes nothing to tear down', exit },
  'inventory-merge': { summary: 'Only neighbouring waves can be merged', exit },
  'inventory-break-glass-cut': { summary: 'The break-glass login would be cut', exit },
  'inventory-break-glass-missing': { summary: 'A database has no break-glass login', exit },
  'inventory-runner-missing': { summary: 'A cut would lock out the runner itself', exit },
  'inventory-runner-cut': { summary: 'The runner itself would be cut', exit },
  'inventory-ownership-contradiction': { summary: 'Two statements about ownership contradict', exit },
  'inventory-shared-not-built': { summary: 'Something shared is listed to be cut', exit },
  'former-missing': { summary: 'The former settings were not captured', exit },
  'former-unreadable': { summary: 'The former settings cannot be read', exit },
  'former-not-json': { summary: 'The former settings are not JSON', exit },
  'former-wrong-shape': { summary: 'The former settings have the wrong shape', exit },
  'former-edited': { summary: 'The former settings were changed after they were captured', exit },
  'former-other-system': { summary: 'The former settings belong to another system', exit },
  'former-incomplete': { summary: 'The former settings lack something the inventory lists', exit },
  'former-stranger': { summary: 'The former settings hold something the inventory does not list', exit },
  'settings-missing': { summary: 'A stack setting is missing or blank', exit },
  'settings-program-unreadable': { summary: 'A source file of the program cannot be read', exit },
});

export type ProblemCode = Parameters<typeof problems>[0];
