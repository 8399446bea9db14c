import type { TeardownError } from '../diagnostics/index.ts';
import { connectorError } from './problems.ts';
import { shapeOf } from './shape.ts';

/** What the clients of all AWS services have in common. */
export interface AnyClient {
  destroy(): void;
  readonly middlewareStack: object;
}

type Send = (request: object) => Promise<{ readonly output: object }>;

/** The part of a client's middleware that is used here; its own types differ from service to service. */
interface Middleware {
  add(around: (next: Send) => Send, where: { readonly step: 'initialize' }): void;
}

/**
 * Every answer of AWS has a request id. One without is a proxy's page, a captive portal or nothing at all, and the SDK reads those
 * as "no such bucket" or as a thing without properties: an error here, never an absence.
 */
export function requireOwnAnswers(service: string, { middlewareStack }: AnyClient): void {
  const around =
    (next: Send): Send =>
    async (request) => {
      const answer = await next(request).catch((error: unknown) => {
        throw isOwn(error) ? error : foreign(service, error);
      });
      if (!isOwn(answer.output)) throw foreign(service);
      return answer;
    };
  (middlewareStack as Middleware).add(around, { step: 'initialize' });
}

/** The service, or what stands before it, cannot answer now. */
export function isAboutLoad(httpStatus: number | undefined): httpStatus is number {
  return httpStatus === 429 || (httpStatus !== undefined && httpStatus >= 500);
}

/** Of an answer or its error; where there was none, or one about load, there is nothing to misread. */
function isOwn(answer: unknown): boolean {
  const { httpStatus, requestId } = shapeOf(answer);
  return httpStatus === undefined || isAboutLoad(httpStatus) || requestId !== undefined;
}

function foreign(service: string, cause?: unknown): TeardownError {
  const detail = `something else answered for AWS ${service}: the answer has no request id`;
  const hint = 'check AWS_ENDPOINT_URL and the proxies on the way';
  return connectorError('connector-answer-unexpected', { detail, hint }, cause);
}
