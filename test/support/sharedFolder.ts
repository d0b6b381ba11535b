import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Where files lie that outlive a test run: see `runFolder.ts`. */
const lastingFolder = () => process.env.TESTS_LASTING_FOLDER ?? tmpdir()

/**
 * A folder beside the system's temporary files that is filled once, and that later runs find again.
 * Its name comes from `contents`.
 */
export async function sharedFolder(
  { kind, contents }: { kind: string; contents: string },
  fill: (fresh: string) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256').update(contents).digest('hex')
  const shared = path.join(lastingFolder(), `jwt-revocation-${kind}-${hash.slice(0, 16)}`)
  if (existsSync(shared)) return shared
  const fresh = mkdtempSync(`${shared}-`)
  try {
    await fill(fresh)
    await rename(fresh, shared)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    // Where another test run was quicker, its folder is as good.
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
  return shared
}
