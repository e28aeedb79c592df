// The viewer page of the ASCII WebSocket: ANSI text becomes spans. Plain JavaScript, as browsers take it.
const screen = document.getElementById("screen");
const note = document.getElementById("note");
const probe = document.createElement("span");
probe.textContent = "x".repeat(100);
// So that its height is the line's and not the font's.
probe.style.display = "inline-block";

const LEVELS = [0, 95, 135, 175, 215, 255];
const SYSTEM = "000 c00 0c0 cc0 00e c0c 0cc eee 777 f00 0f0 ff0 55f f0f 0ff fff".split(" ").map((rgb) => `#${rgb}`);

/** An xterm colour as CSS. */
function colourOf(index) {
  if (index < 16) return SYSTEM[index];
  if (index >= 232)
    return `rgb(${Array(3)
      .fill(8 + 10 * (index - 232))
      .join()})`;
  const cube = index - 16;
  return `rgb(${[Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((step) => LEVELS[step]).join()})`;
}

/** Applies the numbers of one SGR sequence to a pen. */
function applySgr(codes, pen) {
  for (let k = 0; k < codes.length; k++) {
    const code = codes[k];
    if (code === 0) Object.assign(pen, { fg: "", bg: "", bold: false, underline: false, reverse: false });
    else if (code === 1 || code === 22) pen.bold = code === 1;
    else if (code === 4 || code === 24) pen.underline = code === 4;
    else if (code === 7 || code === 27) pen.reverse = code === 7;
    else if (code === 38 || code === 48) {
      const layer = code === 38 ? "fg" : "bg";
      if (codes[k + 1] === 5) {
        pen[layer] = colourOf(codes[k + 2]);
        k += 2;
      } else if (codes[k + 1] === 2) {
        pen[layer] = `rgb(${codes.slice(k + 2, k + 5).join()})`;
        k += 4;
      }
    } else if (code >= 30 && code <= 37) pen.fg = SYSTEM[code - 30];
    else if (code >= 40 && code <= 47) pen.bg = SYSTEM[code - 40];
    else if (code >= 90 && code <= 97) pen.fg = SYSTEM[code - 82];
    else if (code >= 100 && code <= 107) pen.bg = SYSTEM[code - 92];
    else if (code === 39) pen.fg = "";
    else if (code === 49) pen.bg = "";
  }
}

/** One line as spans, each of one look. The pen goes on into the next line. */
function spansOf(line, pen) {
  const spans = [];
  for (const [, codes, text] of line.matchAll(/\x1b\[([\d;]*)m|([^\x1b]+)|\x1b\[[\d;?]*[@-~]/g)) {
    if (codes !== undefined) applySgr(codes.split(";").map(Number), pen);
    else if (text !== undefined) {
      const span = document.createElement("span");
      span.textContent = text;
      span.style.color = (pen.reverse ? pen.bg || "#000" : pen.fg) || "";
      span.style.backgroundColor = (pen.reverse ? pen.fg || "#c0c0c0" : pen.bg) || "";
      if (pen.bold) span.style.fontWeight = "bold";
      if (pen.underline) span.style.textDecoration = "underline";
      spans.push(span);
    }
  }
  return spans;
}

let shown = [];

/** Shows one message; rows that are as they were are left alone. */
function show(text) {
  if (text.startsWith("\x1b[2J")) {
    screen.replaceChildren();
    shown = [];
    return;
  }
  const lines = text.replace(/^\x1b\[H/, "").split("\r\n");
  const pen = { fg: "", bg: "", bold: false, underline: false, reverse: false };
  while (screen.children.length > lines.length) screen.lastElementChild.remove();
  while (screen.children.length < lines.length) screen.append(document.createElement("div"));
  const now = lines.map((line) => {
    const key = JSON.stringify(pen) + line;
    return { key, spans: spansOf(line, pen) };
  });
  now.forEach(({ key, spans }, row) => {
    if (shown[row] !== key) screen.children[row].replaceChildren(...spans);
  });
  shown = now.map(({ key }) => key);
}

/** How many cells the window has. */
function sizeOf() {
  screen.append(probe);
  const { width, height } = probe.getBoundingClientRect();
  probe.remove();
  return { cols: Math.floor(innerWidth / (width / 100)), rows: Math.floor(innerHeight / (height || 19)) };
}

let socket;
let waitMs = 500;

function say(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function connect() {
  const address = new URL("./", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const query = new URLSearchParams(location.search);
  const { cols, rows } = sizeOf();
  if (!query.has("cols")) query.set("cols", cols);
  if (!query.has("rows")) query.set("rows", rows);
  if (!query.has("depth")) query.set("depth", "24bit");
  address.search = query;
  socket = new WebSocket(address);
  socket.onopen = () => {
    waitMs = 500;
    note.textContent = "";
    if (document.hidden) say({ type: "pause" });
  };
  socket.onmessage = ({ data }) => show(data);
  socket.onclose = ({ reason }) => {
    note.textContent = `${reason || "The hub cannot be reached"}: trying again …`;
    setTimeout(connect, waitMs * (0.5 + Math.random()));
    waitMs = Math.min(8000, waitMs * 2);
  };
}

document.addEventListener("visibilitychange", () => say({ type: document.hidden ? "pause" : "resume" }));

let resizing;
addEventListener("resize", () => {
  clearTimeout(resizing);
  resizing = setTimeout(() => {
    if (!new URLSearchParams(location.search).has("cols")) say({ type: "resize", ...sizeOf() });
  }, 100);
});

connect();
