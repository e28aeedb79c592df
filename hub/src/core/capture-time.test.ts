import fc from "fast-check";
import { expect, it } from "vitest";
import { capturedAt } from "./capture-time.ts";

const now = 1_700_000_000_000;

it.each<[string | undefined, number]>([
  ["1699999999.250000", now - 750],
  [" 1699999990 ", now - 10_000],
  ["1699913600", now - 86_400_000],
  ["1699913599", now],
  ["1700000005.5", now],
  ["1234.567", now],
  ["-1699999999", now],
  ["yesterday", now],
  ["", now],
  [undefined, now],
])("takes %j for %d", (header, expected) => expect(capturedAt(header, now)).toBe(expected));

it("is within the last day whatever the header says", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.double().map(String)), (header) => {
      const at = capturedAt(header, now);
      expect(at).toBeLessThanOrEqual(now);
      expect(at).toBeGreaterThanOrEqual(now - 86_400_000);
    }),
  );
});
