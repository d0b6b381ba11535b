interface Sql {
  drizzle?: { dialect: { sqlToQuery(sql: unknown): { sql: string } } }
  execute?(args: { sql?: unknown }): unknown
}

/**
 * From now on `fail` is called instead of the plugin's own statements that match, on a database
 * that has such. Returns a function that repairs it.
 */
export function breakStatements(
  db: object,
  { isBroken, fail }: { isBroken: (text: string) => boolean; fail: () => never },
): () => void {
  const sql = db as Sql
  const { drizzle, execute } = sql
  if (!drizzle || !execute) return () => {}
  sql.execute = function (this: unknown, args) {
    const text = args.sql ? drizzle.dialect.sqlToQuery(args.sql).sql : ''
    return isBroken(text) ? fail() : execute.call(this, args)
  }
  return () => {
    sql.execute = execute
  }
}
