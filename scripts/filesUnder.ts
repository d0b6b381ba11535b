import { readdirSync } from 'node:fs'
import path from 'node:path'

/** The files of a folder and of those in it, named from where the script runs, with slashes. */
export const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name).replaceAll('\\', '/'))
    .sort()
