import type { SceneParam } from "@lightwell/wire/text/scene.ts";

/** A look: the stages that it switches on, with what it sets otherwise than they have it at first. */
export interface Preset {
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  readonly stages: Readonly<Record<string, Readonly<Record<string, SceneParam>>>>;
}

export const presets: readonly Preset[] = [
  {
    name: "aurora",
    summary: "Northern lights above a quiet page of news.",
    stages: {
      gradient: { from: "#030616", middle: "#071a35", to: "#0a2438" },
      stars: { density: 3, depth: 75 },
      aurora: {},
      title: { y: 18, top: "#ffffff", bottom: "#7ff5cf" },
      headlines: { top: 46, height: 42, margin: 7, backing: 0.35, speed: 0.4 },
      vignette: { strength: 0.35 },
      clock: { x: 100, y: 4, colour: "#eafff6", lower: "#7fc8b4" },
      ticker: { label: "LIVE", ground: "#04121c", labelGround: "#0f8f6a", tag: "#7ff5cf", separator: "✦" },
    },
  },
  {
    name: "newsroom",
    summary: "News to read: pages of headlines, a clock and a ticker.",
    stages: {
      gradient: { from: "#30060c", middle: "#1c0509", to: "#07060c", shape: "diagonal" },
      title: { x: 0, y: 8, top: "#ffffff", bottom: "#ff9a76" },
      headlines: {
        motion: "pages",
        top: 33,
        height: 58,
        speed: 0.7,
        backing: 0,
        colour: "#f6ece8",
        tag: "#ff7a59",
      },
      vignette: { strength: 0.3 },
      clock: { x: 100, y: 10, lower: "#c89a90", showDate: false },
      ticker: {
        label: "NEWS",
        ground: "#f4e9e2",
        colour: "#2a0a12",
        tag: "#b01030",
        labelGround: "#d0102a",
        backing: 1,
      },
    },
  },
  {
    name: "sunset",
    summary: "A road of light into a sun of the eighties.",
    stages: {
      horizon: { level: 62, sunSize: 58 },
      stars: { density: 3, depth: 35, colour: "#ffd9f0" },
      title: { y: 3, top: "#fff6c9", bottom: "#ff6aa8" },
      scanlines: { depth: 0.12, beam: 0.15 },
      ticker: { ground: "#12032e", tag: "#21d4ff", colour: "#ffd9f0", separator: "▲", speed: 10 },
    },
  },
  {
    name: "rain",
    summary: "Signs that fall in the dark; now and then the line is bad.",
    stages: {
      gradient: { from: "#000604", middle: "#000a06", to: "#001409" },
      rain: {},
      title: { y: 45, top: "#eafff0", bottom: "#20e060" },
      noise: { amount: 1, edges: 1, colour: "#30ff80" },
      vignette: { strength: 0.6, radius: 0.5 },
      ticker: { ground: "#00140a", tag: "#8dffb0", colour: "#20e060", separator: "//" },
      glitch: { every: 7, strength: 0.5 },
    },
  },
  {
    name: "copper",
    summary: "Metal bars, a flight through the stars, and letters on a wave: greetings to all.",
    stages: {
      gradient: { from: "#000008", middle: "#06001c", to: "#000008" },
      stars: { motion: "fly", density: 10 },
      copper: { y: 36, swing: 52, bars: 6, thickness: 5, brightness: 0.85 },
      scroller: { y: 88, wave: 2.5, speed: 30 },
      title: { y: 30, top: "#ffffff", bottom: "#b8c4ff", wave: 1.5 },
    },
  },
  {
    name: "firehose",
    summary: "All the news at once, on an old green screen.",
    stages: {
      gradient: { from: "#000000", middle: "#020604", to: "#03100a" },
      firehose: { top: 0, height: 100, soft: 55, speed: 6 },
      title: { y: 14, top: "#ffffff", bottom: "#8dffc0" },
      noise: { amount: 1.5, edges: 1 },
      scanlines: { depth: 0.25, beam: 0.5, seconds: 5 },
      tint: { colour: "#35ff8a", amount: 0.75 },
      vignette: { strength: 0.5 },
      glitch: { every: 6, strength: 0.35, length: 0.4 },
    },
  },
  {
    name: "ember",
    summary: "A fire, and the time.",
    stages: {
      gradient: { from: "#0a0204", middle: "#140406", to: "#1e0606" },
      fire: { height: 62 },
      vignette: { strength: 0.3 },
      clock: { figures: "big", x: 50, y: 30, colour: "#fff2cc", lower: "#ff9a3c" },
    },
  },
  {
    name: "bridge",
    summary: "The hub itself: channels, viewers, load.",
    stages: {
      gradient: { from: "#020a14", middle: "#04162a", to: "#061c30" },
      title: { x: 0, y: 8, top: "#e8fbff", bottom: "#21d4ff" },
      meters: { top: 34, height: 56 },
      scanlines: { depth: 0.1, beam: 0.25 },
      vignette: { strength: 0.25 },
      clock: { x: 100, y: 10, lower: "#6fb8d8", showDate: false },
      ticker: { ground: "#04101c", tag: "#21d4ff" },
    },
  },
  {
    name: "silk",
    summary: "Folds of colour and one line of text, for a wall.",
    stages: {
      plasma: { pattern: "silk", palette: "dusk", brightness: 0.85, speed: 0.8, size: 0.8 },
      title: { y: 42, top: "#ffffff", bottom: "#ffd9c0", wave: 1 },
      vignette: { strength: 0.45 },
      clock: { x: 50, y: 88, colour: "#ffffff", lower: "#ffd9e8", showSeconds: false },
    },
  },
  {
    name: "tunnel",
    summary: "Down, ever deeper.",
    stages: {
      plasma: { pattern: "tunnel", palette: "neon", brightness: 0.9 },
      scroller: { y: 92, wave: 1.5, speed: 26, colours: "ice" },
      vignette: { strength: 0.4 },
      scanlines: { depth: 0.15, beam: 0 },
    },
  },
  {
    name: "paper",
    summary: "Ink on paper, calm, for bright rooms and electronic ink.",
    stages: {
      gradient: { from: "#fbf7ee", middle: "#f7f1e4", to: "#efe7d6" },
      title: { x: 0, y: 8, top: "#2a2622", bottom: "#8a2a1a", shadow: false, gleam: false },
      headlines: {
        motion: "pages",
        top: 35,
        height: 55,
        speed: 0.5,
        backing: 0,
        colour: "#2a2622",
        tag: "#8a2a1a",
      },
      border: { style: "double", colour: "#b8a888", second: "#8a7a5a", run: 0 },
      clock: { x: 100, y: 96, colour: "#2a2622", lower: "#7a6a52", showSeconds: false },
    },
  },
];

export const presetByName: ReadonlyMap<string, Preset> = new Map(presets.map((preset) => [preset.name, preset]));
