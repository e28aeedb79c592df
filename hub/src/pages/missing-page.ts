/** What the hub shows when the web app has not been built. Works without it. */
export const missingPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="dark light">
    <title>Lightwell</title>
  </head>
  <body>
    <h1>The hub runs; its web app is not built yet</h1>
    <p>Build it, then reload this page:</p>
    <pre>npm run build --workspace web</pre>
    <p>Until then: <a href="/video_feed">the live picture</a> and <a href="/snapshot">the latest one</a>.</p>
  </body>
</html>
`;
