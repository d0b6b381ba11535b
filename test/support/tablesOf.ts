import type { Payload } from 'payload'

/** The columns of each table of a database with their types, both sorted by name. */
export type Tables = Readonly<Record<string, Readonly<Record<string, string>>>>

interface Executor {
  drizzle: object
  execute(query: { drizzle: object; raw: string }): Promise<{ rows: unknown[] }>
}

/** Reads the tables from the database itself. */
export async function tablesOf({ db }: Payload): Promise<Tables> {
  const executor = db as unknown as Executor
  const raw = db.name === 'postgres' ? ON_POSTGRESQL : ON_SQLITE
  const { rows } = await executor.execute({ drizzle: executor.drizzle, raw })
  const tables: Record<string, Record<string, string>> = {}
  for (const { table, column, type } of rows as { table: string; column: string; type: string }[]) {
    tables[table] = { ...tables[table], [column]: type }
  }
  return tables
}

const ON_SQLITE = `
  select m.name as "table", c.name as "column", c.type as "type"
  from sqlite_master m join pragma_table_info(m.name) c
  where m.type = 'table' order by 1, 2`

const ON_POSTGRESQL = `
  select table_name as "table", column_name as "column", data_type as "type"
  from information_schema.columns where table_schema = 'public' order by 1, 2`

/** What is in `after` but not in `before`. */
export function addedTo(before: Tables, after: Tables): Tables {
  const added: Record<string, Record<string, string>> = {}
  for (const [table, columns] of Object.entries(after)) {
    for (const [column, type] of Object.entries(columns)) {
      if (before[table]?.[column] !== type) added[table] = { ...added[table], [column]: type }
    }
  }
  return added
}
