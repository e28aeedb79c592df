import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Where a browser finds the packages that the sources import. */
const imports = { "@lightwell/wire/": "/wire/src/" };

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>textcanvas</title>
<style>body{margin:0;background:#000}</style><canvas></canvas>
<script type="importmap">${JSON.stringify({ imports })}</script></html>`;

/** Serves an empty page and the sources of web and wire, without their types, as a browser can run them. */
export async function serveSources(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    if (path === "/") {
      response.setHeader("content-type", "text/html");
      response.end(page);
      return;
    }
    if (!/^\/(web|wire)\/src\/[\w/-]+\.ts$/.test(path)) {
      response.statusCode = 404;
      response.end();
      return;
    }
    readFile(`${root}${path}`, "utf8").then(
      (source) => {
        response.setHeader("content-type", "text/javascript");
        response.end(stripTypeScriptTypes(source));
      },
      () => {
        response.statusCode = 404;
        response.end();
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}
