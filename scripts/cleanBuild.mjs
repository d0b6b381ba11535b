/** Removes the last build: a module that `src` has no more would be packed with the next one. */
import { rmSync } from 'node:fs'

rmSync('dist', { recursive: true, force: true })
