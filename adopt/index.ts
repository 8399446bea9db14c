/**
 * adopt: taking over an existing CRM. `capture` reads what the inventory lists in the live systems and keeps it as the
 * former settings, from which every later step computes its arguments. It changes nothing in the live systems.
 */
export { capture, type CaptureRequest } from './capture.ts';
export { type LiveCrm, type LiveServer } from './live.ts';
