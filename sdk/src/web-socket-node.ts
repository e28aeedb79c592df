/** Node has a WebSocket of its own from 22 on; the package `ws` speaks as it does. Its types would bring Node's along. */
const ofPackage = async (): Promise<{ readonly WebSocket: typeof WebSocket }> => import("ws" as string);

export const WebSocketClass: typeof WebSocket = globalThis.WebSocket ?? (await ofPackage()).WebSocket;
