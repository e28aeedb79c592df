import { channelChange } from "@lightwell/wire/api/channel-settings.ts";
import { tokenBody } from "@lightwell/wire/api/access.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "@lightwell/wire/zod.ts";
import { ApiError } from "../queries/api.ts";
import { checkAll, checkOne } from "./check.ts";
import { durationOf, durationText } from "./duration.ts";
import { faultsOfReply } from "./faults.ts";
import { fieldsOf, type FormField } from "./form-field.ts";
import { readText, textOf } from "./typed-text.ts";

const every = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(80)
    .meta({ title: "Name", description: "What it is.", examples: ["porch"] }),
  nick: z.string().optional(),
  note: z.string().min(2).nullable(),
  maxViewers: z.int().min(1).max(500).default(20),
  maxBytes: z.number(),
  timeoutMs: z.int().min(500).max(60_000),
  loop: z.boolean().default(true),
  mode: z.enum(["a", "b"]).meta({ "x-choices": { a: "first" } }),
  tags: z.array(z.string().min(2)).max(2).optional(),
  nested: z.strictObject({ x: z.number() }).optional(),
});

const fieldOf = (schema: z.ZodObject, key: string): FormField => {
  const field = fieldsOf(schema).find((each) => each.key === key);
  if (!field) throw new Error(`no field ${key}`);
  return field;
};
const of = (key: string) => fieldOf(every, key);

describe("the fields of a schema", () => {
  it("have labels, hints, examples and controls, in its order", () => {
    expect(fieldsOf(every).map(({ key, label, control }) => [key, label, control.type])).toEqual([
      ["name", "Name", "text"],
      ["nick", "Nick", "text"],
      ["note", "Note", "text"],
      ["maxViewers", "Max viewers", "number"],
      ["maxBytes", "Max bytes", "number"],
      ["timeoutMs", "Timeout ms", "duration"],
      ["loop", "Loop", "switch"],
      ["mode", "Mode", "choice"],
      ["tags", "Tags", "list"],
      ["nested", "Nested", "other"],
    ]);
    expect(of("name")).toMatchObject({ hint: "What it is.", example: "porch", control: { maxLength: 80 } });
    expect(of("maxBytes").control).toEqual({ type: "number", unit: "B", whole: false });
    expect(of("mode").control).toEqual({
      type: "choice",
      choices: [
        { value: "a", words: "first" },
        { value: "b", words: "b" },
      ],
    });
    expect([of("loop").preset, of("maxViewers").preset]).toEqual([true, 20]);
  });

  it("have examples that are values, and a placeholder as it is typed", () => {
    for (const schema of [channelChange, tokenBody])
      for (const [key, field] of Object.entries<z.ZodType>(schema.shape))
        for (const example of field.meta()?.examples ?? [])
          expect(field.safeParse(example).success, `${key}: ${JSON.stringify(example)}`).toBe(true);
    expect(fieldOf(tokenBody, "channels").example).toBe("kitchen, hall");
  });

  it("are there for the forms that exist, each with words of its own", () => {
    const all = [channelChange, tokenBody].flatMap(fieldsOf);
    expect(
      all.filter(({ hint, label, control }) => !hint || label.endsWith(" ms") || control.type === "other"),
    ).toEqual([]);
    expect(fieldOf(channelChange, "fallback")).toMatchObject({ label: "Show instead", empty: null });
  });
});

describe("what is typed", () => {
  it.each([
    ["nick", "", undefined],
    ["note", "", null],
    ["name", "", ""],
    ["maxViewers", "", 20],
    ["maxBytes", "1,5", 1.5],
    ["timeoutMs", "2 min", 120_000],
    ["tags", " one, two three ", ["one", "two", "three"]],
    ["name", " as it is ", " as it is "],
  ])("in %s, %j, stands for %j", (key, text, value) => expect(readText(of(key), text)).toEqual({ value }));

  it.each([
    ["maxViewers", "many", "Write a number."],
    ["timeoutMs", "soon", "Write a time such as 10 s, 1.5 min or 2 h."],
  ])("in %s, %j, is met with the remedy", (key, text, fault) => expect(readText(of(key), text)).toEqual({ fault }));

  it("shows a value as one would type it", () => {
    expect(
      ["timeoutMs", "tags", "maxViewers"].map((key) =>
        textOf(of(key), { timeoutMs: 2500, tags: ["a", "b"], maxViewers: 3 }[key]),
      ),
    ).toEqual(["2.5 s", "a, b", "3"]);
    expect(textOf(of("note"), null)).toBe("");
  });
});

describe("a duration", () => {
  it.each([
    ["10", 10_000],
    ["10 s", 10_000],
    ["0.5s", 500],
    ["250 ms", 250],
    ["1,5 min", 90_000],
    ["1 h 30 min", 5_400_000],
    ["2 D", 172_800_000],
    ["0", 0],
  ])("%j is %i ms", (text, ms) => expect(durationOf(text)).toBe(ms));

  it.each(["", "s", "-1 s", "1 s ago", "1 week", "1 2 s", "1e3", "1..5 s", "٣ s", "10 s;"])("%j is none", (text) =>
    expect(durationOf(text)).toBeUndefined(),
  );

  it("is read back as it was written", () => {
    fc.assert(fc.property(fc.nat(10 ** 10), (ms) => durationOf(durationText(ms)) === ms));
    expect([0, 500, 90_000, 120_000, 7_200_000].map(durationText)).toEqual(["0 s", "0.5 s", "90 s", "2 min", "2 h"]);
  });

  it("is never read from noise, nor does noise hold the reader up", () => {
    fc.assert(fc.property(fc.string(), (text) => void durationOf(text)));
    expect(durationOf(`${"1 s ".repeat(20_000)}x`)).toBeUndefined();
  });
});

describe("the check", () => {
  const good = { name: "porch", note: null, maxBytes: 1, timeoutMs: 1000, mode: "a" };
  const check = (values: Record<string, unknown>) =>
    checkAll(
      every,
      fieldsOf(every),
      new Map(Object.entries({ ...good, ...values }).map(([key, value]) => [key, { value }])),
    );

  it("gives what the schema makes of it", () => {
    expect(check({ nick: undefined })).toEqual({ faults: {}, values: { ...good, maxViewers: 20, loop: true } });
  });

  it.each([
    ["name", "", "Fill this in."],
    ["name", "x".repeat(81), "Write at most 80 characters."],
    ["note", "x", "Write at least 2 characters."],
    ["maxBytes", undefined, "Fill this in."],
    ["maxViewers", 0, "Give 1 or more."],
    ["maxViewers", 1.5, "Write a whole number."],
    ["timeoutMs", 100, "Give 0.5 s or more."],
    ["timeoutMs", 90_000, "Give 1 min or less."],
    ["mode", "c", "Choose one of the list."],
    ["tags", ["ab", "c"], "Write at least 2 characters."],
    ["tags", ["ab", "cd", "ef"], "Give at most 2."],
  ])("says at %s, for %j, what to do", (key, value, fault) => {
    expect(check({ [key]: value })).toEqual({ faults: { [key]: fault }, values: undefined });
    expect(checkOne(every, of(key), { value })).toEqual({ fault });
  });

  it("takes the schema's own words where it has some", () => {
    const fault = (key: string, value: unknown) => checkOne(tokenBody, fieldOf(tokenBody, key), { value });
    expect(fault("name", " ")).toEqual({ fault: "Give it a name, so that you know later which one to revoke." });
    expect(fault("channels", ["hall", "Kitchen!"])).toEqual({
      fault: expect.stringContaining("“Kitchen!” is no channel name"),
    });
  });

  it("says what could not be read before what the schema says", () => {
    const read = new Map([["timeoutMs", { fault: "unreadable" }]]);
    expect(checkAll(every, fieldsOf(every), read).faults).toMatchObject({
      timeoutMs: "unreadable",
      name: "Fill this in.",
    });
  });
});

describe("what the hub has against it", () => {
  const refusal = new ApiError(400, "all of it", [
    { pointer: "#/name", detail: "taken" },
    { pointer: "#/name/0", detail: "also taken" },
    { pointer: "#/other", detail: "not here" },
  ]);
  it("stands at the fields that it names", () =>
    expect(faultsOfReply(refusal, ["name", "mode"])).toEqual({ fields: { name: "taken" }, form: undefined }));
  it("stands below the form when it names none", () =>
    expect(faultsOfReply(refusal, ["mode", "note"])).toEqual({ fields: {}, form: "That did not work: all of it" }));
  it("stands at the field when that was sent alone", () =>
    expect(faultsOfReply(new Error("gone"), ["mode"])).toEqual({
      fields: { mode: "That did not work: gone" },
      form: undefined,
    }));
});
