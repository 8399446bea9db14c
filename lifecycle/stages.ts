/** The five stages in order. Each paragraph says what the stage means, what is allowed in it, how it is left. */
export const stages = {
  active:
    'The CRM works as it did before the teardown. The stack has taken over what exists without changing it: ' +
    'imports, grants that equal the live ones, and our own gate, guards and verification. Nothing is narrowed. ' +
    'It is left forward to read-only once notices are out, nothing in the inventory is unknown and the step is approved.',
  'read-only':
    'Everybody reads, nobody writes: write rights and sign-up are withdrawn, reads still answer. Nothing is ' +
    'deleted. It is left forward to the first wave of revoked, or back to active.',
  revoked:
    'Access is taken away wave by wave: accounts, sensitive data, the other modules, outside interfaces, ' +
    'integrations, services, administrators last. Accounts are locked, never deleted. Each wave is verified ' +
    'from outside before the next; any earlier step can be returned to.',
  snapshotted:
    'Nobody but the runner and the break-glass principals reaches the data, and the final archive is made. What ' +
    'a delete reads from state is written now. It is left forward to destroyed/services with proof that the ' +
    'archive restores, or back; it is the last stage with a way back for everything.',
  destroyed:
    'What the inventory lists goes, in waves: services, interfaces, identities, data. Only deletes on the approved ' +
    'list happen. From the first recorded delete there is no way back; afterwards only the archive remains.',
} as const;

export type Stage = keyof typeof stages;
