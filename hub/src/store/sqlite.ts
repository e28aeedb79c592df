import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { SqliteDialect, type Dialect } from "kysely";

/** How long a write waits for another process that holds the file (the command line making a token). */
const BUSY_TIMEOUT_MS = 1000;

/** Kysely's SQLite dialect on Node's own driver, which differs a little from the one that Kysely expects. */
export function sqliteDialect(file: string): Dialect {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    // NORMAL in WAL mode: what is committed survives a killed process, and no commit waits for the disk.
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  } catch (error) {
    database.close();
    throw error;
  }
  return new SqliteDialect({
    database: {
      close: () => database.close(),
      prepare(sql) {
        const statement = database.prepare(sql);
        return {
          reader: statement.columns().length > 0,
          all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
          run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
          iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
        };
      },
    },
  });
}
