// Shows the JPEGs of a folder, one a second, in the channel `photos`: push.ts <folder>
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "@lightwell/sdk";

// A wrong folder, a wrong token: one line says it.
process.on("uncaughtException", ({ message }) => {
  console.error(message);
  process.exit(1);
});

const { LIGHTWELL_URL = "http://127.0.0.1:8080", LIGHTWELL_TOKEN: token } = process.env;
const folder = process.argv[2] ?? ".";
const channel = connect(LIGHTWELL_URL, { token }).channel("photos");
const names = (await readdir(folder)).filter((name) => /\.jpe?g$/i.test(name)).toSorted();
if (names.length === 0) throw new Error(`there are no JPEGs in ${folder}`);
for (let k = 0; ; k++) {
  channel.showImage(await readFile(join(folder, names[k % names.length] ?? "")));
  await channel.flush();
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
