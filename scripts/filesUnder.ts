import { readdirSync } from 'node:fs'
import path from 'node:path'

/** The files in a folder and its subfolders, relative to the working directory, with slashes. */
export const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name).replaceAll('\\', '/'))
    .sort()
