import { Migrator, type Kysely, type Migration } from "kysely";

/** The tables. What differs between SQLite and PostgreSQL stays out: text and integers only. */
export interface Tables {
  documents: {
    collection: string;
    id: string;
    /** JSON. */
    value: string;
    /** ms since the epoch. */
    updated_at: number;
  };
}

/** In order of their names; one that has shipped is never changed. */
const migrations: Record<string, Migration> = {
  "0001-documents": {
    async up(db) {
      await db.schema
        .createTable("documents")
        .addColumn("collection", "text", (column) => column.notNull())
        .addColumn("id", "text", (column) => column.notNull())
        .addColumn("value", "text", (column) => column.notNull())
        .addColumn("updated_at", "bigint", (column) => column.notNull())
        .addPrimaryKeyConstraint("documents_key", ["collection", "id"])
        .execute();
    },
  },
};

/** Whether {@link migrate} threw because a later version has changed the tables; only Kysely's words tell. */
export function isFromLater(error: unknown): boolean {
  return error instanceof Error && /previously executed migration \S+ is missing/.test(error.message);
}

/** Bring the tables to the newest form. Throws what a migration threw. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
