import { type Check, type Duration, milliseconds } from '../diagnostics/index.ts';
import {
  type Condition,
  type ConditionName,
  conditionsOf,
  type Move,
  type Step,
} from '../lifecycle/index.ts';
import { isApproved } from './attestations.ts';
import { isKind } from './entries.ts';
import { isReached, type LedgerView } from './position.ts';

export interface Notice {
  readonly to: string;
  /** A date (`2026-09-01`), which counts as sent at its end in UTC, or a moment with its time zone. */
  readonly sent: string;
  readonly leadTime: Duration;
}

export interface GateQuestion {
  readonly move: Move;
  /** The steps the move enters: the step and the waves merged into it. */
  readonly covered: readonly Step[];
  readonly view: LedgerView;
  /** The intent of the run that asks (intentOf). */
  readonly intent: string;
  /** Digest of the former settings of the run that asks. */
  readonly formerDigest: string;
  readonly facts: {
    /** Features that the inventory calls `unknown`. */
    readonly unknownFeatures: readonly string[];
    readonly notices: readonly Notice[];
  };
  readonly now: Date;
}

type Finding = Pick<Check, 'verdict' | 'detail'> & { readonly hint?: string };

/**
 * Judges every condition of a move, in the order of the table; `overall()` of the result decides,
 * and only `passed` opens. Pure: the same ledger, facts and time give the same answer, at preview and at the update.
 * A new stack is also asked whether the ledger knows its system already.
 */
export function evaluateGate(question: GateQuestion): readonly Check[] {
  const { move, covered, view } = question;
  const checks = conditionsOf(move.entered, covered).map((condition) => checkOf(condition, question));
  return move.entered === 'start' ? [newSystem(move, view), ...checks] : checks;
}

/** What must be shown before data is deleted, asked again by hooks and guards at the moment of the delete. */
export function archiveEvidence(store: { readonly sandbox: boolean }): readonly Check[] {
  return conditionsOf('forward', ['destroyed/services'])
    .filter(({ name }) => name === 'archive' || name === 'restore-test')
    .map((condition) => ({ name: condition.name, hint: '', ...notBuilt(condition, store.sandbox) }));
}

function checkOf(condition: Condition, question: GateQuestion): Check {
  const { name, built } = condition;
  const judge = judges[name];
  const finding = built && judge ? judge(question) : notBuilt(condition, question.view.sandbox);
  const command = condition.command.replace('STEP', question.move.to);
  const hint = finding.verdict === 'passed' ? '' : (finding.hint ?? command);
  return { name, verdict: finding.verdict, detail: finding.detail, hint };
}

/** A condition that is called built and has no judge here stays closed, by the same path. */
function notBuilt({ says, built }: Condition, sandbox: boolean): Finding {
  if (built)
    return { verdict: 'errored', detail: `${says}: nothing judges this`, hint: 'report this as a bug' };
  if (sandbox) {
    const detail = 'not built yet; accepted because this store was created by the sandbox';
    return { verdict: 'passed', detail };
  }
  const detail = `${says}: not built yet, and this store was not created by the sandbox`;
  return { verdict: 'failed', detail, hint: 'wait for the version of this tool that can prove it' };
}

const judges: Partial<Record<ConditionName, (question: GateQuestion) => Finding>> = {
  'previous-step': previousStep,
  'former-settings': formerSettings,
  approval,
  notices,
  features,
};

function newSystem({ attempt }: Move, view: LedgerView): Check {
  const position = view.position();
  const name = 'new-system';
  if (position === undefined || (position.step === 'active' && position.attempt === attempt)) {
    const detail = 'a new stack adopts what exists and changes nothing';
    return { name, verdict: 'passed', detail, hint: '' };
  }
  const detail = `the ledger knows the system at ${position.step}, attempt ${position.attempt}`;
  return { name, verdict: 'failed', detail, hint: 'teardown status' };
}

/** For a step that is finished or repeated, the step before it is the one it was first entered from. */
function previousStep({ move, view }: GateQuestion): Finding {
  const { entries } = view;
  const entered = entries
    .filter(isKind('step-entered'))
    .find(({ body }) => body.step === move.to && body.attempt === move.attempt && body.from !== move.to);
  const before = move.direction === 'stay' ? entered?.body.from : move.from;
  if (before === undefined || before === null) {
    return { verdict: 'failed', detail: `the ledger does not say from where ${move.to} was entered` };
  }
  const earlier = move.direction === 'stay' ? entries.slice(0, entered?.sequence) : entries;
  const reached = earlier.some((entry) => isReached(entry, before, move.attempt));
  const stands = move.direction === 'stay' || standsAt(view, before, move.attempt);
  const which = `${before}, attempt ${move.attempt}`;
  if (reached && stands) return { verdict: 'passed', detail: `${which} was verified from outside` };
  return { verdict: 'failed', detail: `${which} was not verified from outside` };
}

function standsAt(view: LedgerView, step: Step, attempt: number): boolean {
  const position = view.position();
  return position?.step === step && position.attempt === attempt && position.reached;
}

function formerSettings({ view, formerDigest }: GateQuestion): Finding {
  const captured = view.formerDigest();
  if (captured === undefined) return { verdict: 'failed', detail: 'nothing was captured yet' };
  if (captured === formerDigest) return { verdict: 'passed', detail: `captured as ${short(captured)}` };
  const detail = `captured were ${short(captured)}, the file is ${short(formerDigest)}`;
  // Nothing has begun: a capture that was killed before its file was in place is taken again.
  if (view.position() === undefined) return { verdict: 'failed', detail };
  return { verdict: 'failed', detail, hint: `git log -p -- '*${view.system}.former.json'` };
}

function approval({ move, view, intent }: GateQuestion): Finding {
  const { to: step, attempt } = move;
  const approvals = view.approvals(step, attempt);
  if (isApproved(view, { step, attempt, intent })) {
    const count = approvals.filter(({ body }) => body.intent === intent).length;
    return { verdict: 'passed', detail: `${count} for intent ${short(intent)}, unsigned` };
  }
  const detail =
    approvals.length === 0
      ? `no approval of ${step}, attempt ${attempt}`
      : `approved is intent ${approvals.map(({ body }) => short(body.intent)).join(', ')}; this run is ${short(intent)}`;
  return { verdict: 'failed', detail };
}

function notices({ facts, now }: GateQuestion): Finding {
  const hint = 'edit `notices` in the inventory';
  if (facts.notices.length === 0) return { verdict: 'failed', detail: 'no notice was sent', hint };
  const odd = facts.notices.find(({ sent }) => sentAt(sent) === undefined);
  if (odd !== undefined) {
    return { verdict: 'errored', detail: `"${odd.sent}" (to ${odd.to}) is no date`, hint };
  }
  const ends = facts.notices.map((notice) => ({ ...notice, end: leadTimeEnd(notice) }));
  const early = ends.filter(({ end }) => end > now.getTime());
  if (early.length === 0) return { verdict: 'passed', detail: `${ends.length} sent, lead time over` };
  const detail = early
    .map(({ to, end, leadTime }) => `${to}: ${leadTime} are over at ${new Date(end).toISOString()}`)
    .join('; ');
  return { verdict: 'failed', detail, hint: `wait, then pulumi up` };
}

function leadTimeEnd({ sent, leadTime }: Notice): number {
  return (sentAt(sent) ?? Number.POSITIVE_INFINITY) + milliseconds(leadTime);
}

const dateOnly = /^\d{4}-\d{2}-\d{2}$/;
const withZone = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

function sentAt(sent: string): number | undefined {
  if (!dateOnly.test(sent) && !withZone.test(sent)) return undefined;
  const time = Date.parse(sent);
  if (Number.isNaN(time)) return undefined;
  // A date that does not exist, such as February 30, is moved by the parser to one that does.
  const sameDay = !dateOnly.test(sent) || new Date(time).toISOString().startsWith(sent);
  if (!sameDay) return undefined;
  return dateOnly.test(sent) ? time + milliseconds('1 day') : time;
}

function features({ facts }: GateQuestion): Finding {
  const { unknownFeatures } = facts;
  if (unknownFeatures.length === 0) return { verdict: 'passed', detail: 'none is unknown' };
  const detail = `unknown: ${unknownFeatures.join(', ')}`;
  return { verdict: 'failed', detail, hint: 'edit `features` in the inventory: present or absent' };
}

function short(hash: string): string {
  return hash.slice(0, 12);
}
