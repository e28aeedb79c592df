import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { HubError, messageOf } from "#contract/errors.ts";
import type { Collection, Store } from "#contract/services.ts";
import type { Clock } from "#core/clock.ts";
import { Kysely } from "kysely";
import { claimFolder } from "./claim.ts";
import { isFromLater, migrate, type Tables } from "./schema.ts";
import { sqliteDialect } from "./sqlite.ts";

/** A store with the connection below it. */
export interface OpenStore extends Store {
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Open, and make when missing, the store in this folder (file `lightwell.sqlite`).
 * Several processes may have it open at once. `onFailure` hears of every read and write that failed later.
 *
 * @throws {HubError} `unavailable` when the file cannot be read, written or is no database.
 */
export async function openStore(
  folder: string,
  clock: Clock,
  { onFailure = () => undefined }: { readonly onFailure?: (cause: unknown) => void } = {},
): Promise<OpenStore> {
  const file = join(folder, "lightwell.sqlite");
  let db: Kysely<Tables> | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    // It holds who may do what: nobody else on this machine needs to read it. SQLite's side files follow suit.
    closeSync(openSync(file, "a", 0o600));
    db = new Kysely<Tables>({ dialect: sqliteDialect(file) });
    await migrate(db);
  } catch (error) {
    await db?.destroy();
    if (isFromLater(error))
      throw new HubError(
        "unavailable",
        `${file} was written by a later version of Lightwell: start that one, or give this one another folder by --data`,
        { cause: error },
      );
    throw new HubError("unavailable", `${file} cannot be used as the store: ${messageOf(error)}${remedyFor(error)}`, {
      cause: error,
    });
  }
  return storeOn(db, folder, clock, onFailure);
}

/** SQLite's codes for what is no database and for one that is damaged (sqlite.org/rescode.html). */
const SQLITE_UNREADABLE: readonly unknown[] = [11, 26];

/** What is to be done about a file that no waiting will mend. */
function remedyFor(error: unknown): string {
  return error instanceof Error && "errcode" in error && SQLITE_UNREADABLE.includes(error.errcode)
    ? ": put a backup in its place, or move it away with its -wal and -shm files to begin anew; then tokens and " +
        "settings made on the dashboard are to be made again"
    : "";
}

function storeOn(db: Kysely<Tables>, folder: string, clock: Clock, onFailure: (cause: unknown) => void): OpenStore {
  let letGo: (() => void) | undefined;
  return {
    collection: <T>(name: string) => collectionOf<T>(db, name, clock, (statement) => outcomeOf(statement, onFailure)),
    claim() {
      letGo ??= claimFolder(folder);
      return letGo !== undefined;
    },
    async [Symbol.asyncDispose]() {
      await db.destroy();
      letGo?.();
      letGo = undefined;
    },
  };
}

/** The outcome of a statement; what the database cannot do now is the machine's state, no defect of the hub. */
async function outcomeOf<T>(statement: Promise<T>, onFailure: (cause: unknown) => void): Promise<T> {
  try {
    return await statement;
  } catch (cause) {
    onFailure(cause);
    throw new HubError("unavailable", `the store cannot be read or written now: ${messageOf(cause)}`, { cause });
  }
}

function collectionOf<T>(
  db: Kysely<Tables>,
  collection: string,
  clock: Clock,
  outcome: <R>(statement: Promise<R>) => Promise<R>,
): Collection<T> {
  const parse = (text: string) => JSON.parse(text) as T;
  return {
    async get(id) {
      const row = await outcome(
        db
          .selectFrom("documents")
          .select("value")
          .where("collection", "=", collection)
          .where("id", "=", id)
          .executeTakeFirst(),
      );
      return row && parse(row.value);
    },
    async list() {
      const rows = await outcome(
        db.selectFrom("documents").select(["id", "value"]).where("collection", "=", collection).orderBy("id").execute(),
      );
      return rows.map(({ id, value }) => ({ id, value: parse(value) }));
    },
    async put(id, value) {
      const row = { value: JSON.stringify(value), updated_at: clock.now() };
      await outcome(
        db
          .insertInto("documents")
          .values({ collection, id, ...row })
          .onConflict((conflict) => conflict.columns(["collection", "id"]).doUpdateSet(row))
          .execute(),
      );
    },
    async delete(id) {
      const { numDeletedRows } = await outcome(
        db.deleteFrom("documents").where("collection", "=", collection).where("id", "=", id).executeTakeFirstOrThrow(),
      );
      return numDeletedRows > 0n;
    },
  };
}
