/** An answer with a status of 400 or more, in the vendor's shape. Thrown by routes, sent by the server. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Payload Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
};

/** An error of the Management API: statusCode, error, message and (where the vendor has one) errorCode. */
export function managementError(status: number, message: string, errorCode?: string): ApiError {
  const error = phrases[status] ?? 'Error';
  return new ApiError(status, { statusCode: status, error, message, ...(errorCode && { errorCode }) });
}

/** An error of the Authentication API (token endpoint, sign-up), as RFC 6749 shapes it. */
export function oauthError(status: number, error: string, description: string): ApiError {
  return new ApiError(status, { error, error_description: description });
}
