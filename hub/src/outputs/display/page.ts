import { createHash } from "node:crypto";
import type { RequestListener } from "node:http";
import { PAGE_SCRIPT, PAGE_STYLE } from "./page-script.ts";

const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** A page that shows the text in a `<pre>` by the compatible protocol: no build, no library, nothing from elsewhere. */
export function pageHandler(socketPort: () => number | undefined): RequestListener {
  let page: { readonly port: number; readonly html: Buffer } | undefined;
  return (request, response) => {
    const path = request.url?.split("?", 1)[0];
    const isPage = path === "/" || path === "/index.html";
    if (!isPage || (request.method !== "GET" && request.method !== "HEAD")) {
      response.writeHead(isPage ? 405 : 404, { "Content-Type": "text/plain; charset=utf-8" });
      response.end(isPage ? "only GET\n" : "there is only the page at /\n");
      return;
    }
    const port = socketPort() ?? 0;
    if (!page || page.port !== port) page = { port, html: Buffer.from(pageOf(port)) };
    const { html } = page;
    response.writeHead(200, {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Length": html.length,
      "Cache-Control": "no-store",
      // The name by which the browser calls us is its own: any host, but no port but ours.
      "Content-Security-Policy": `default-src 'none'; script-src ${hashOf(PAGE_SCRIPT)}; style-src ${hashOf(PAGE_STYLE)}; connect-src ws://*:${port}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`,
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "no-referrer",
    });
    response.end(request.method === "HEAD" ? undefined : html);
  };
}

function pageOf(port: number): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Text display</title>
<style>${PAGE_STYLE}</style>
</head>
<body data-port="${port}">
<main>
<h1>Text display</h1>
<pre id="screen" role="img" aria-label="Text display" tabindex="0"></pre>
<p id="status" role="status">Connecting to the hub …</p>
</main>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}
