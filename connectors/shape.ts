/** An error by its shape: one of another realm, or of a library's own making, is no `instanceof Error` of ours. */
export interface ErrorShape {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly fromAws: boolean;
  readonly httpStatus: number | undefined;
  /** Of an answer of AWS, or of its error. */
  readonly requestId: string | undefined;
}

export function shapeOf(error: unknown): ErrorShape {
  const fields = (typeof error === 'object' ? (error ?? {}) : {}) as Readonly<Record<string, unknown>>;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const metadata = fields.$metadata as
    { readonly httpStatusCode?: number; readonly requestId?: string } | undefined;
  return {
    name: text(fields.name),
    message: text(fields.message),
    code: text(fields.code),
    fromAws: metadata !== undefined,
    httpStatus: metadata?.httpStatusCode,
    requestId: metadata?.requestId,
  };
}
