/**
 * Whether databases and Redis return this text unchanged. SQLite drops what follows a NUL, PostgreSQL
 * refuses one, and half of a surrogate pair becomes another character.
 */
export const isStorable = (text: string): boolean => !UNSTORABLE.test(text)

const UNSTORABLE = /[\0\p{Surrogate}]/u
