import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/**
 * The processes of a test run put their temporary files into one folder, which is deleted when the
 * run ends. So nothing stays behind, even if a process was killed or an app did not start. What later
 * runs find again lies outside: see `sharedFolder.ts`.
 */
// Each project of vitest reads the config once more, and so do Playwright's workers.
if (process.env.TESTS_LASTING_FOLDER === undefined) {
  process.env.TESTS_LASTING_FOLDER = tmpdir()
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-'))
  // PostgreSQL runs as a user of its own.
  chmodSync(folder, 0o755)
  process.env.TMPDIR = folder
  process.on('exit', () =>
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  )
}
