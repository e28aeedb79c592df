import type { Clock } from "#core/clock.ts";
import type { FastifyInstance } from "fastify";
import { problem, refuseSocket } from "./problems.ts";

/** A body that is taken whole must be here by then, however slowly its bytes drip. */
const BODY_TIMEOUT_MS = 30_000;
/** After the reply the rest of a refused body is still read for this long, or the peer might never see the reply. */
const LINGER_MS = 5000;

/**
 * Bound how long bodies may take, but for routes that say `endlessBody` (a camera that pushes): they watch over
 * theirs themselves.
 */
export function limitBodies(app: FastifyInstance, clock: Clock): void {
  app.addHook("preParsing", (request, _reply, payload, done) => {
    const { headers } = request;
    // A GET is not complete yet when this hook runs: its headers say that no body will come (RFC 9112, 6.3).
    // Without this the replies that never end, MJPEG and events, would be cut off.
    const bodiless = headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0;
    if (bodiless || request.raw.complete || request.routeOptions.config.endlessBody) {
      done(null, payload);
      return;
    }
    const { socket } = request.raw;
    const cancel = clock.after(BODY_TIMEOUT_MS, () =>
      refuseSocket(socket, { problem: problem(408, "bad-request", "the body took too long") }),
    );
    payload.once("close", cancel);
    payload.once("end", cancel);
    done(null, payload);
  });
  app.addHook("onResponse", (request, _reply, done) => {
    done();
    const { raw } = request;
    if (raw.complete || raw.destroyed) return;
    const cancel = clock.after(LINGER_MS, () => raw.socket.destroy());
    raw.once("close", cancel);
    raw.once("end", cancel);
  });
}
