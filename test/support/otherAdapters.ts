import { mkdirSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { installShared } from '../install/installShared.js'
import { repository } from './childProcess.js'

export interface OtherAdapters {
  /** Imports a file of an installed package. */
  load<Module>(file: string): Promise<Module>
  /** The path of a file of an installed package. */
  pathOf(file: string): string
  remove(): Promise<void>
}

/**
 * Installs the adapters and servers that only `test:more` needs. Their folder is within the
 * repository's `node_modules`, and they use the Payload there, so there is one Payload.
 */
export async function installOtherAdapters(): Promise<OtherAdapters> {
  const cache = path.join(repository, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(path.join(cache, 'adapters-'))
  await installShared(path.join(repository, 'test/contract/adapters/package.json'), folder)
  const pathOf = (file: string) => path.join(folder, 'node_modules', file)
  await rm(pathOf('payload'), { recursive: true })
  return {
    pathOf,
    load: (file) => import(pathToFileURL(pathOf(file)).href),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
