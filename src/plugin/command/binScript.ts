import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BinScriptConfig } from 'payload'

const here = fileURLToPath(import.meta.url)

/** Turns it into `payload revocation …`: Payload's `bin` loads the script by its path. */
export const binScript = {
  key: 'revocation',
  scriptPath: path.join(path.dirname(here), `script${path.extname(here)}`),
} satisfies BinScriptConfig
