import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a page of another site has led here. Its cookie is not sent along then (SameSite=Strict), so that the hub
 * cannot see whose session a log-in would replace.
 */
export function isForeignLink({ referer, host, "sec-fetch-site": site }: IncomingHttpHeaders): boolean {
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  // Browsers say the site over TLS and on loopback only.
  return referer !== undefined && URL.parse(referer)?.host !== host;
}

/** Asks whoever follows such a link: its own link comes from this hub. */
export function pageToConfirm(token: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Log in to Lightwell</title>
</head>
<body>
<h1>Log in to Lightwell?</h1>
<p>A page of another site has led you here with a log-in link. If you go on, it takes the place of the log-in that you have.</p>
<p><a href="/login?token=${encodeURIComponent(token)}">Log in</a> &nbsp; <a href="/">Stay as I am</a></p>
</body>
</html>
`;
}
