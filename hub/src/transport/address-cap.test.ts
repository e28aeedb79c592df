import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { AddressCap } from "./address-cap.ts";

/** A connection from afar, which a test cannot have. */
function from(remoteAddress: string): Socket {
  return Object.assign(new EventEmitter(), { remoteAddress }) as unknown as Socket;
}

test("an address has this many places and no more; others have theirs", () => {
  const cap = new AddressCap(2);
  const [first] = [from("203.0.113.7"), from("203.0.113.7")].filter((socket) => cap.admit(socket));
  expect(cap.admit(from("203.0.113.7"))).toBe(false);
  expect(cap.admit(from("::ffff:203.0.113.7"))).toBe(false);
  expect(cap.admit(from("203.0.113.8"))).toBe(true);
  first?.emit("close");
  expect(cap.admit(from("203.0.113.7"))).toBe(true);
  expect(cap.admit(from("203.0.113.7"))).toBe(false);
});

test("a connection that was refused gives no place back when it closes", () => {
  const cap = new AddressCap(1);
  cap.admit(from("203.0.113.7"));
  const refused = from("203.0.113.7");
  expect(cap.admit(refused)).toBe(false);
  refused.emit("close");
  expect(cap.admit(from("203.0.113.7"))).toBe(false);
});

test("a /64 of IPv6 is one address, this machine has no bound", () => {
  const cap = new AddressCap(1);
  expect(cap.admit(from("2001:db8::1"))).toBe(true);
  expect(cap.admit(from("2001:db8::2"))).toBe(false);
  expect(cap.admit(from("2001:db8:0:1::1"))).toBe(true);
  for (let i = 0; i < 5; i++) expect(cap.admit(from("127.0.0.1"))).toBe(true);
});

test("all of an IPv6 /64 is one address, whoever is beside it is another", () => {
  const cap = new AddressCap(2);
  expect(cap.admit(from("2001:db8:1:2::1"))).toBe(true);
  expect(cap.admit(from("2001:db8:1:2:ffff:ffff:ffff:fffe"))).toBe(true);
  expect(cap.admit(from("2001:db8:1:2:3::9"))).toBe(false);
  expect(cap.admit(from("2001:db8:1:3::1"))).toBe(true);
  expect(cap.admit(from("2001:db8::1"))).toBe(true);
  expect(cap.admit(from("2001:db8:0:0:8::1"))).toBe(true);
  expect(cap.admit(from("2001:db8::2:0:0:0:1"))).toBe(false);
});
