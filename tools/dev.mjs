// `npm run dev`: the hub, restarted when its code changes, and Vite with hot reload in front of it.
import { spawn } from "node:child_process";

const args = process.argv.slice(2);
const children = [
  spawn("node", ["--watch", "hub/src/main.ts", ...args], { stdio: "inherit" }),
  spawn("npm", ["run", "dev", "--workspace", "web"], { stdio: "inherit" }),
];
const stop = () => children.forEach((child) => child.kill("SIGTERM"));
for (const child of children) child.on("exit", stop);
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
