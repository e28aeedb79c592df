import type { Collection, Store } from "#contract/services.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { expect, test } from "vitest";
import { Sessions } from "./sessions.ts";

const DAY_MS = 24 * 3600 * 1000;

function memoryStore(): Store {
  const collections = new Map<string, Map<string, unknown>>();
  return {
    claim: () => true,
    collection<T>(name: string): Collection<T> {
      const map = (collections.get(name) ?? collections.set(name, new Map()).get(name)) as Map<string, T>;
      return {
        get: async (id) => map.get(id),
        list: async () => [...map].map(([id, value]) => ({ id, value })),
        put: async (id, value) => void map.set(id, value),
        delete: async (id) => map.delete(id),
      };
    },
  };
}

async function setUp() {
  const [store, clock] = [memoryStore(), new ManualClock()];
  const load = () =>
    Sessions.load(store, clock, (error) => {
      throw error;
    });
  return { store, clock, load, sessions: await load() };
}

test("a session lasts thirty days from its last use", async () => {
  const { clock, sessions, load } = await setUp();
  const secret = await sessions.begin("token");
  clock.advance(29 * DAY_MS);
  expect(sessions.tokenIdOf(secret)).toBe("token");
  clock.advance(29 * DAY_MS);
  expect((await load()).tokenIdOf(secret)).toBe("token");
  clock.advance(31 * DAY_MS);
  expect(sessions.tokenIdOf(secret)).toBeUndefined();
});

test("expired sessions leave the store, and the secret was never in it", async () => {
  const { clock, sessions, store } = await setUp();
  const secret = await sessions.begin("token");
  expect(JSON.stringify(await store.collection("sessions").list())).not.toContain(secret);
  clock.advance(31 * DAY_MS);
  sessions.sweep();
  expect(await store.collection("sessions").list()).toEqual([]);
});

test("who holds one token pushes out no session of another", async () => {
  const { sessions } = await setUp();
  const admin = await sessions.begin("admin");
  const first = await sessions.begin("viewer");
  for (let i = 0; i < 1000; i++) await sessions.begin("viewer");
  expect([sessions.tokenIdOf(admin), sessions.tokenIdOf(first)]).toEqual(["admin", undefined]);
});

test("a clock that is years behind for a moment ends no session", async () => {
  const { store, sessions, clock, load } = await setUp();
  const secret = await sessions.begin("token");
  const behind = await Sessions.load(store, new ManualClock(0), () => undefined);
  expect(behind.tokenIdOf(secret)).toBe("token");
  clock.advance(DAY_MS);
  expect((await load()).tokenIdOf(secret)).toBe("token");
});

test("a log-in works while the store cannot keep it, and says so", async () => {
  const store = memoryStore();
  const errors: unknown[] = [];
  const full: Store = {
    claim: () => true,
    collection: <T>(name: string) => ({
      ...store.collection<T>(name),
      put: () => Promise.reject(new Error("disk is full")),
    }),
  };
  const sessions = await Sessions.load(full, new ManualClock(), (error) => errors.push(error));
  expect(sessions.tokenIdOf(await sessions.begin("token"))).toBe("token");
  expect(errors).toHaveLength(1);
});

test("the thousand and first session ends the one that would expire first", async () => {
  const { clock, sessions, store } = await setUp();
  const secrets: string[] = [];
  for (let i = 0; i < 1001; i++) {
    clock.advance(10);
    secrets.push(await sessions.begin(`token ${i}`));
  }
  expect(sessions.tokenIdOf(secrets[0] ?? "")).toBeUndefined();
  expect(sessions.tokenIdOf(secrets[1] ?? "")).toBe("token 1");
  expect(await store.collection("sessions").list()).toHaveLength(1000);
});
