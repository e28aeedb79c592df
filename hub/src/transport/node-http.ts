/**
 * Node's HTTP, taken without an import: an ES module import of `node:http` reads every export of it, and
 * `http.WebSocket` is a getter that loads the whole of undici, 16 MB that an idle hub would carry for nothing.
 */
export const { Agent, createServer, request, STATUS_CODES } = process.getBuiltinModule("node:http");
