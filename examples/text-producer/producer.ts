// A wave of colours in the channel `wave`.
import { connect } from "@lightwell/sdk";

const { LIGHTWELL_URL = "http://127.0.0.1:8080", LIGHTWELL_TOKEN: token } = process.env;
const channel = connect(LIGHTWELL_URL, { token }).channel("wave", { cols: 60, rows: 16 });
let speed = 1;
channel.on("connected", () => console.log(`on air: ${LIGHTWELL_URL}/watch/wave`));
channel.on("refused", ({ message, final }) => {
  console.error(message);
  if (final) process.exit(1);
});
channel.on("command", ({ action }) => (speed = action === "reset" ? 1 : speed * 1.5));
channel.setFrameDelay(40);
setInterval(() => {
  const lines = Array.from({ length: 14 }, (_, y) => {
    const x = Math.round(26 + 24 * Math.sin(y / 3 + (speed * Date.now()) / 700));
    return `${" ".repeat(x)}\x1b[38;2;${90 + 11 * y};${220 - 12 * y};255m████████`;
  });
  channel.showLines(lines, { border: true });
}, 40);
