import { defineProblems } from '../diagnostics/index.ts';

/** Every problem of this room. The last word of a code says what is wrong, the summary never varies. */
export const problems = defineProblems({
  'evidence-store-missing': { summary: 'There is no evidence store', exit: 'evidence' },
  'evidence-not-a-store': { summary: 'This is not an evidence store', exit: 'evidence' },
  'evidence-other-system': { summary: 'The evidence store belongs to another system', exit: 'evidence' },
  'evidence-store-read-only': { summary: 'The evidence store cannot be written', exit: 'evidence' },
  'evidence-store-full': { summary: 'The evidence store is full', exit: 'evidence' },
  'evidence-store-unreadable': { summary: 'The evidence store cannot be read', exit: 'evidence' },
  'evidence-store-failed': { summary: 'The file system of the evidence store failed', exit: 'evidence' },
  'evidence-store-no-links': {
    summary: 'The file system of the evidence store has no hard links',
    exit: 'evidence',
  },
  'evidence-store-exists': { summary: 'There is an evidence store already', exit: 'evidence' },
  'evidence-store-damaged': { summary: 'The evidence store was changed by hand', exit: 'evidence' },
  'evidence-directory-in-use': {
    summary: 'The directory holds other things than an evidence store',
    exit: 'evidence',
  },
  'evidence-opened-for-reading': {
    summary: 'A store opened for reading was asked to write (a fault of this tool)',
    exit: 'bug',
  },
  'evidence-key-missing': { summary: 'The key of the evidence store is missing', exit: 'evidence' },
  'evidence-key-damaged': { summary: 'The key of the evidence store is not its own', exit: 'evidence' },
  'evidence-name-damaged': { summary: 'A name in the evidence store was changed', exit: 'evidence' },
  'evidence-attestation-invalid': {
    summary: 'An attestation does not have its shape (a fault of this tool)',
    exit: 'bug',
  },
  'evidence-attestation-missing': { summary: 'An attestation is missing', exit: 'evidence' },
  'evidence-attestation-damaged': { summary: 'An attestation was changed', exit: 'evidence' },
  'evidence-approval-incomplete': {
    summary: 'An approval needs a name and a reason, its withdrawal a reason',
    exit: 'usage',
  },
  'evidence-approval-unknown': { summary: 'There is no such approval to withdraw', exit: 'refused' },
  'freeze-incomplete': { summary: 'A freeze and its end need a name and a reason', exit: 'usage' },
  'freeze-not-standing': { summary: 'There is no freeze to lift', exit: 'refused' },
  'system-frozen': { summary: 'The system is frozen: everything is stopped', exit: 'refused' },
  'ledger-entry-missing': { summary: 'A ledger entry is missing', exit: 'evidence' },
  'ledger-entry-damaged': { summary: 'A ledger entry was changed', exit: 'evidence' },
  'ledger-chain-broken': {
    summary: 'A ledger entry does not follow from the one before',
    exit: 'evidence',
  },
  'ledger-file-unexpected': { summary: 'The ledger holds a file that is no entry', exit: 'evidence' },
  'ledger-head-mismatch': {
    summary: 'The ledger is not the one that the stack has seen',
    exit: 'evidence',
  },
  'ledger-entry-invalid': {
    summary: 'A ledger entry does not have its shape (a fault of this tool)',
    exit: 'bug',
  },
  'ledger-moved-on': {
    summary: 'Somebody entered something into the ledger at the same time',
    exit: 'busy',
  },
  'ledger-contended': { summary: 'The ledger is being written by too many at once', exit: 'busy' },
  'lock-busy': { summary: 'Somebody else works on this system', exit: 'busy' },
  'lock-elsewhere': {
    summary: 'The lock is held where its holder cannot be checked from here',
    exit: 'busy',
  },
  'lock-damaged': { summary: 'The lock file is not a lock', exit: 'evidence' },
});
