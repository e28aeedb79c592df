import { STATUS_CODES } from "#transport/node-http.ts";
import type { Duplex } from "node:stream";
import { HubError, type ErrorCode } from "#contract/errors.ts";
import { ChannelRefused } from "#core/registry.ts";
import type { Problem } from "@lightwell/wire/api/monitor.ts";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";

export const PROBLEM_TYPE = "application/problem+json";

/** Parts of a body that are named when many are not right. */
const MOST_ERRORS = 50;

export interface Refusal {
  readonly problem: Problem;
  readonly retryAfterSeconds?: number | undefined;
  /** True for a defect of the hub: it is logged, and the peer learns no detail. */
  readonly defect: boolean;
}

/** What the peer is told of a thrown value. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof HubError) {
    const defect = error.code === "internal";
    const detail = defect ? "the hub made a mistake; its log says more" : error.message;
    return { problem: problem(error.status, error.code, detail), retryAfterSeconds: error.retryAfterSeconds, defect };
  }
  if (error instanceof ChannelRefused) {
    const code = error.why === "bad-name" ? "bad-request" : "full";
    return refusalOf(new HubError(code, error.message));
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const faults = error.validation.map(({ instancePath, message }) => {
      const path = [error.validationContext ?? "request", ...instancePath.split("/").filter(Boolean)].join(".");
      return `${path}: ${message ?? "is not right"}`;
    });
    const errors =
      error.validationContext === "body"
        ? error.validation.map(({ instancePath, message = "is not right" }) => ({
            pointer: `#${instancePath}`,
            detail: message,
          }))
        : [];
    return {
      problem: {
        ...problem(400, "bad-request", faults.join("; ").slice(0, 1000)),
        ...(errors.length > 0 && { errors: errors.slice(0, MOST_ERRORS) }),
      },
      defect: false,
    };
  }
  const status = statusOf(error);
  if (error instanceof Error && status >= 400 && status < 500)
    return { problem: problem(status, codes[status] ?? "bad-request", error.message), defect: false };
  return { problem: problem(500, "internal", "the hub made a mistake; its log says more"), defect: true };
}

/** Errors of Fastify carry their status. */
function statusOf(error: unknown): number {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : 500;
}

const codes: Readonly<Record<number, ErrorCode>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  413: "too-large",
  415: "unsupported",
  429: "too-many-requests",
};

export function problem(status: number, code: ErrorCode, detail: string): Problem {
  return { type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, detail, code };
}

/** Answer on a bare connection, where there is no reply object, and end it. */
export function refuseSocket(socket: Duplex, { problem: body, retryAfterSeconds }: Omit<Refusal, "defect">): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${body.status} ${body.title}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(text)}`,
    "Connection: close",
    ...(body.status === 401 ? ["WWW-Authenticate: Bearer"] : []),
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${retryAfterSeconds}`]),
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${text}`, () => socket.destroy());
}
