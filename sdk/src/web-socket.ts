/** The WebSocket of browsers, and of Node from 22 on. */
export const WebSocketClass = globalThis.WebSocket;
