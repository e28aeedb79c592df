import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const hub = process.env["LIGHTWELL_DEV_HUB"] ?? "http://127.0.0.1:1978";

/** What the hub answers while Vite serves the app: its interfaces and streams, and the link that logs in. */
const hubPaths =
  "^/((api|ws|video_feed|snapshot|stats|data|log|metrics|healthz|readyz|ingest|ascii_ws)(/|\\?|$)|login\\?token=)";

export default defineConfig({
  plugins: [react(), tailwindcss(), withoutInjectedStyles()],
  build: { target: "es2023", sourcemap: false, chunkSizeWarningLimit: 700, assetsInlineLimit: 0 },
  server: {
    // The hub takes only requests that name itself: Host and Origin are rewritten to its own.
    proxy: { [hubPaths]: { target: hub, ws: true, changeOrigin: true, headers: { origin: new URL(hub).origin } } },
  },
});

/** sonner adds a style element by script, which the content security policy forbids; its CSS file is imported instead. */
function withoutInjectedStyles(): Plugin {
  return {
    name: "without-injected-styles",
    transform: {
      filter: { id: /sonner\/dist\/index\.mjs/ },
      handler: (code) => code.replace(/^__insertCSS\(.*\);$/m, ""),
    },
  };
}
