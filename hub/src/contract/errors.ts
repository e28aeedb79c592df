/** Every reason for which the hub refuses something. Each has one HTTP status. */
export const errorStatus = {
  "bad-request": 400,
  "bad-picture": 422,
  unauthorized: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  "too-large": 413,
  unsupported: 415,
  "too-many-requests": 429,
  full: 503,
  unavailable: 503,
  timeout: 504,
  "bad-config": 500,
  "port-in-use": 500,
  "missing-program": 500,
  internal: 500,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** An error with a code for programs and, for people, a message that names the thing and the remedy. */
export class HubError extends Error {
  readonly code: ErrorCode;
  /** When asking again makes sense; becomes the header `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown; retryAfterSeconds?: number }) {
    super(message, options);
    this.name = "HubError";
    this.code = code;
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }

  /** The HTTP status that stands for this error. */
  get status(): number {
    return errorStatus[this.code];
  }
}

/** The words of any thrown value, for a log line or a reply. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The frames of an error's stack, a line each, without its message: that may hold bytes of a peer. Empty when the two
 * cannot be told apart.
 */
export function framesOf(error: unknown): string {
  if (!(error instanceof Error) || error.stack === undefined) return "";
  // Node's own errors have their code behind the name.
  const code = "code" in error ? ` [${String(error.code)}]` : "";
  const heads = [`${error.name}: ${error.message}\n`, `${error.name}${code}: ${error.message}\n`];
  const head = heads.find((text) => error.stack?.startsWith(text));
  return head === undefined ? "" : error.stack.slice(head.length);
}
