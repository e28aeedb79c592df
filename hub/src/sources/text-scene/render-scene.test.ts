import { createHash } from "node:crypto";
import { glyphWidth } from "@lightwell/wire/text/glyph-width.ts";
import { Attribute, type TextGrid } from "@lightwell/wire/text/grid.ts";
import type { SceneControl, SceneParam } from "@lightwell/wire/text/scene.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyCommand } from "./commands.ts";
import { presets } from "./presets.ts";
import { renderScene, type SceneMoment } from "./render-scene.ts";
import { sceneOf, type Scene } from "./scene.ts";
import { EVENING, busyHub, emptyHub } from "./scene-data.fixture.ts";
import { stages } from "./stages.ts";

const evening: SceneMoment = { timeMs: EVENING, frame: 7, seed: 1, cols: 80, rows: 24, data: busyHub };

function checksum({ cols, rows, glyph, fg, bg, attr }: TextGrid): string {
  const hash = createHash("sha256").update(`${cols} ${rows}`);
  for (const plane of [glyph, fg, bg, attr]) hash.update(plane);
  return hash.digest("hex").slice(0, 16);
}

function textOf({ cols, rows, glyph }: TextGrid): string {
  const rowText = (row: number) => String.fromCodePoint(...glyph.subarray(row * cols, (row + 1) * cols)).trimEnd();
  return `\n${Array.from({ length: rows }, (_, row) => rowText(row)).join("\n")}\n`;
}

/** Every grid of the hub keeps to this. */
function expectValid(grid: TextGrid, cols: number, rows: number): void {
  expect([grid.cols, grid.rows]).toEqual([cols, rows]);
  for (const plane of [grid.glyph, grid.fg, grid.bg, grid.attr]) expect(plane).toHaveLength(cols * rows);
  const odd = [...new Set(grid.glyph)].filter(
    (codePoint) => codePoint > 0x10ffff || !/^[\p{L}\p{N}\p{P}\p{S} ]$/u.test(String.fromCodePoint(codePoint)),
  );
  expect(odd).toEqual([]);
  for (const plane of [grid.fg, grid.bg]) expect(plane.every((colour) => colour <= 0xffffff)).toBe(true);
  const bits = Attribute.bold | Attribute.underline | Attribute.reverse;
  expect(grid.attr.every((attr) => (attr & ~bits) === 0)).toBe(true);
}

describe("the picture of a scene", () => {
  it.each(presets.map(({ name }) => name))("of the preset %s is the one that was approved", (name) => {
    const later = { ...evening, timeMs: EVENING + 33_400 };
    const sizes = [evening, later, { ...evening, cols: 160, rows: 45 }, { ...evening, cols: 40, rows: 12, seed: 2 }];
    expect(sizes.map((moment) => checksum(renderScene(sceneOf(name), moment)))).toMatchSnapshot();
  });

  it.each(["aurora", "newsroom", "bridge", "copper", "paper"])("of the preset %s reads as approved", (name) => {
    expect(textOf(renderScene(sceneOf(name), evening))).toMatchSnapshot();
  });

  it("gives wide characters their two cells, wherever lines are cut, run or are typed", () => {
    const wide = "東京 · 花火大会は今夜七時から 🎆 と屋台、港にて。";
    const data = {
      ...busyHub,
      title: "灯り",
      message: `開場は七時です。${wide}`,
      news: [wide, `Plain words, then ${wide}`],
    };
    const seen = new Set<number>();
    for (const { name } of presets) {
      for (let frame = 0; frame < 40; frame++) {
        for (const cols of [80, 41]) {
          let scene = sceneOf(name);
          for (const stage of ["message", "headlines", "ticker", "border"])
            scene = applyCommand(scene, { action: "enable_stage", stage });
          scene = applyCommand(scene, { action: "set_param", stage: "border", param: "label", value: "看板🏮" });
          const grid = renderScene(scene, { ...evening, cols, timeMs: EVENING + frame * 730, frame, data });
          expectValid(grid, cols, 24);
          grid.glyph.forEach((glyph, i) => {
            if (glyphWidth(glyph) !== 2) return;
            seen.add(glyph);
            expect([i % cols < cols - 1, grid.glyph[i + 1]]).toEqual([true, 0x20]);
          });
        }
      }
    }
    for (const sign of "東灯開看🎆🏮") expect(seen).toContain(sign.codePointAt(0));
  });

  it("does not depend on what was drawn before", () => {
    for (const { name } of presets) {
      const scene = sceneOf(name);
      const first = checksum(renderScene(scene, evening));
      for (const other of presets) renderScene(sceneOf(other.name), { ...evening, timeMs: 5, data: emptyHub });
      expect(checksum(renderScene(scene, evening))).toBe(first);
    }
  });

  it("moves with time, and differs from seed to seed", () => {
    for (const { name } of presets) {
      const at = (timeMs: number, seed = 1) => checksum(renderScene(sceneOf(name), { ...evening, timeMs, seed }));
      expect(at(EVENING)).not.toBe(at(EVENING + 61_000));
    }
    const seeds = [1, 2, 3].map((seed) => checksum(renderScene(sceneOf("rain"), { ...evening, seed })));
    expect(new Set(seeds).size).toBe(3);
  });

  it("is empty when every stage is off", () => {
    const off: Scene = {
      ...sceneOf("aurora"),
      stages: new Map([...sceneOf("aurora").stages].map(([name, { params }]) => [name, { enabled: false, params }])),
    };
    const grid = renderScene(off, evening);
    expectValid(grid, 80, 24);
    expect([...new Set(grid.glyph), ...new Set(grid.bg)]).toEqual([0x20, 0]);
  });

  it("shows the local time that the offset says", () => {
    expect(textOf(renderScene(sceneOf("aurora"), evening))).toContain("Sunday, 17 May 2026  20:30:05");
    const far = { ...evening, data: { ...busyHub, utcOffsetMinutes: 345 } };
    expect(textOf(renderScene(sceneOf("aurora"), far))).toContain("Monday, 18 May 2026  00:15:05");
  });

  it("is a valid grid of the right size for any stages, any parameters in range, any size and any time", () => {
    const valueFor = (control: SceneControl): fc.Arbitrary<SceneParam> => {
      switch (control.type) {
        case "number":
          return fc.oneof(
            fc.constantFrom(control.min, control.max),
            fc.double({ min: control.min, max: control.max, noNaN: true }),
          );
        case "boolean":
          return fc.boolean();
        case "choice":
          return fc.constantFrom(...control.choices);
        case "color":
          return fc.integer({ min: 0, max: 0xffffff }).map((colour) => `#${colour.toString(16).padStart(6, "0")}`);
        case "text":
          return fc.oneof(fc.string({ maxLength: control.maxLength }), fc.string({ unit: "binary", maxLength: 30 }));
      }
    };
    const commandsFor = ({ name, params }: (typeof stages)[number]) =>
      fc.record({
        enabled: fc.boolean(),
        values: fc.record(
          Object.fromEntries(Object.entries(params).map(([param, { control }]) => [param, valueFor(control)])),
        ),
        name: fc.constant(name),
      });
    fc.assert(
      fc.property(
        fc.tuple(...stages.map(commandsFor)),
        fc.constantFrom(...presets.map(({ name }) => name)),
        fc.integer({ min: 1, max: 130 }),
        fc.integer({ min: 1, max: 50 }),
        fc.oneof(fc.integer({ min: 0, max: 4e12 }), fc.double({ min: 0, max: 4e12, noNaN: true })),
        fc.integer(),
        fc.constantFrom(busyHub, emptyHub, { ...busyHub, news: ["x", "A: b", "TAG · ".repeat(60)] }),
        (settings, preset, cols, rows, timeMs, seed, data) => {
          let scene = sceneOf(preset);
          for (const { name, enabled, values } of settings) {
            scene = applyCommand(scene, { action: "toggle_stage", stage: name, enabled });
            for (const [param, value] of Object.entries(values))
              scene = applyCommand(scene, { action: "set_param", stage: name, param, value });
          }
          expectValid(renderScene(scene, { timeMs, frame: 1, seed, cols, rows, data }), cols, rows);
        },
      ),
      { numRuns: 300 },
    );
  });
});
