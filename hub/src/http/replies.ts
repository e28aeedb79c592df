import type { FastifyInstance } from "fastify";

/**
 * Cut off who asks and then does not read: such a connection would hold its reply for ever. Who reads
 * slowly is left in peace, as every byte taken begins the time anew. Connections that a module has taken
 * over are that module's.
 */
export function endUnreadReplies(app: FastifyInstance, timeoutMs: number): void {
  app.addHook("onSend", (_request, reply, _payload, done) => {
    // Node looks whether the kernel took more meanwhile, destroys the socket if not, and after the reply
    // sets the time for keeping alive in its place.
    reply.raw.setTimeout(timeoutMs);
    done();
  });
}
