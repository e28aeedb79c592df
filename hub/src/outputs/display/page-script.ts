/** Style of the page on `pagePort`. */
export const PAGE_STYLE = `
:root { color-scheme: dark }
body { margin: 0; background: #000; color: #c0c0c0 }
main { min-height: 100dvh; display: grid; place-content: center; overflow: hidden }
h1 { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%) }
pre { margin: 0; white-space: pre; font: 14px/17px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace }
.gone pre { filter: grayscale(1) brightness(.5) }
pre div { height: 1lh; overflow: hidden }
p { position: fixed; left: 0; bottom: 0; margin: 0; padding: 6px 12px; background: #202830; color: #fff; font: 14px system-ui, sans-serif }
p:empty { display: none }
`;

/**
 * Script of the page on `pagePort`: a client of the compatible protocol that says nothing, shows what comes and
 * connects again. Colours are those of `gridToAnsiLines` at 24 bits, which is what the hub sends.
 */
export const PAGE_SCRIPT = `
"use strict";
const screen = document.getElementById("screen");
const status = document.getElementById("status");
const host = location.hostname || "127.0.0.1";
const address = "ws://" + host + ":" + document.body.dataset.port + "/" + location.search;
const probe = document.createElement("span");
probe.textContent = "x".repeat(100);
let lines = [];
let size = [80, 24];
let wait = 500;
const channel = new URLSearchParams(location.search).get("channel");
const waiting = "Connected. Waiting for the first picture" + (channel ? " of " + channel : "") + " …";

/** Letters as large as the window has room for, in rows of whole pixels that touch: blocks join then. */
function fit() {
  const [cols, rows] = size;
  screen.style.font = "";
  screen.append(probe);
  const { fontSize, fontFamily } = getComputedStyle(screen);
  const perPx = probe.getBoundingClientRect().width / 100 / parseFloat(fontSize);
  probe.remove();
  // A little less: browsers round the widths of letters.
  const px = Math.max(1, Math.min((innerWidth * 0.995) / (cols * perPx), innerHeight / (rows * 1.17)));
  screen.style.font = px + "px/" + Math.max(1, Math.floor(px * 1.17)) + "px " + fontFamily;
}
addEventListener("resize", fit);

function show(frame) {
  while (screen.children.length > frame.length) screen.lastChild.remove();
  frame.forEach((line, row) => {
    if (line === lines[row] && screen.children[row]) return;
    const element = document.createElement("div");
    element.append(...cells(line));
    if (screen.children[row]) screen.children[row].replaceWith(element);
    else screen.append(element);
  });
  lines = frame;
}

function cells(line) {
  const parts = [];
  let pen = {};
  let from = 0;
  const put = (text) => {
    if (!text) return;
    const span = document.createElement("span");
    const [ink, paper] = pen.reverse ? [pen.bg || "#000", pen.fg || "#c0c0c0"] : [pen.fg, pen.bg];
    if (ink) span.style.color = ink;
    if (paper) span.style.background = paper;
    if (pen.bold) span.style.fontWeight = "bold";
    if (pen.underline) span.style.textDecoration = "underline";
    span.textContent = text;
    parts.push(span);
  };
  for (const found of line.matchAll(/\\x1b\\[([0-9;]*)m/g)) {
    put(line.slice(from, found.index));
    from = found.index + found[0].length;
    pen = changed(pen, found[1].split(";").map(Number));
  }
  put(line.slice(from));
  if (!parts.length) parts.push(document.createElement("br"));
  return parts;
}

function changed(pen, codes) {
  let next = { ...pen };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (code === 0) next = {};
    else if (code === 1) next.bold = true;
    else if (code === 4) next.underline = true;
    else if (code === 7) next.reverse = true;
    else if (code === 22) next.bold = false;
    else if (code === 24) next.underline = false;
    else if (code === 27) next.reverse = false;
    else if (code === 39) next.fg = undefined;
    else if (code === 49) next.bg = undefined;
    else if ((code === 38 || code === 48) && codes[i + 1] === 2) {
      next[code === 38 ? "fg" : "bg"] = "rgb(" + codes.slice(i + 2, i + 5).join(" ") + ")";
      i += 4;
    }
  }
  return next;
}

function connect() {
  const socket = new WebSocket(address);
  let refused = "";
  let known = false;
  socket.onopen = () => {
    known = true;
    // A picture of before stays grey until the next one comes.
    status.textContent = waiting;
    wait = 500;
  };
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "frame") {
      if (message.width !== size[0] || message.height !== size[1] || lines.length === 0) {
        size = [message.width, message.height];
        fit();
      }
      show(message.lines);
      document.body.className = status.textContent = "";
    }
    else if (message.type === "clear") show([]);
    else if (message.type === "refused") refused = message.reason;
  };
  socket.onclose = () => {
    document.body.className = "gone";
    const why = refused ? "Refused: " + refused : known ? "The connection to the hub ended" : "The hub does not answer";
    status.textContent = why + ". Trying again …";
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, 10000);
  };
}
connect();
`;
