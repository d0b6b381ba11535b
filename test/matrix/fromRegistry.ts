import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sharedInstall } from '../install/installShared.js'
import type { Cell } from './cells.js'

/**
 * Installs one package into a folder beside the system's temporary files that later runs find again,
 * and gives the path of the package.
 */
export async function fromRegistry(name: string, version: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-package-'))
  const file = path.join(folder, 'package.json')
  // Node.js and Bun get their binaries by a script.
  const text = { private: true, dependencies: { [name]: version }, allowScripts: { [name]: true } }
  writeFileSync(file, JSON.stringify(text))
  try {
    return path.join(await sharedInstall(file), 'node_modules', name)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The program that runs a cell, if it is not the Node.js of the tests. */
export async function runtimeOf({ packages: { bun, node } }: Cell): Promise<string | undefined> {
  if (bun) return path.join(await fromRegistry('bun', bun), 'bin/bun.exe')
  return node && path.join(await fromRegistry('node', node), 'bin/node')
}
