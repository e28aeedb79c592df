import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { DescriptorBudget } from "./descriptor-budget.ts";

const socket = () => new EventEmitter() as unknown as Socket;

test("connections leave some descriptors, operators have a few of those, and places come back", () => {
  const budget = new DescriptorBudget(164);
  const open = Array.from({ length: 150 }, socket).filter((one) => budget.admit(one, { operator: false }));
  expect(open).toHaveLength(100);
  const operators = Array.from({ length: 50 }, socket).filter((one) => budget.admit(one, { operator: true }));
  expect(operators).toHaveLength(16);
  for (const one of operators) one.emit("close");
  open[0]?.emit("close");
  expect(budget.admit(socket(), { operator: false })).toBe(true);
  expect(budget.admit(socket(), { operator: false })).toBe(false);
});

test("without a limit there is none", () => {
  const budget = new DescriptorBudget(Infinity);
  for (let i = 0; i < 5000; i++) expect(budget.admit(socket(), { operator: false })).toBe(true);
});
