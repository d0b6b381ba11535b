import { execFile, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { blockIn } from '../support/blockIn.js'
import { repository } from '../support/childProcess.js'
import { freePort } from '../support/freePort.js'
import { pythonWith } from '../support/pythonWith.js'
import { rawRequest } from '../support/rawRequest.js'
import { startProgram } from '../support/startProgram.js'

const PAGE = 'docs/other-services.md'

/** The snippets that introspect, as they stand in the documentation. */
export const SNIPPETS = {
  python: blockIn(PAGE, 'python'),
  go: blockIn(PAGE, 'go'),
  php: blockIn(PAGE, 'php'),
  bash: blockIn(PAGE, 'bash'),
}

const FILES = {
  'tokens.py': SNIPPETS.python,
  'tokens.go': SNIPPETS.go,
  'tokens.php': SNIPPETS.php,
  'is_active.sh': SNIPPETS.bash,
  'redis_keys.py': blockIn('docs/redis-keys.md', 'python'),
}

/** What a service answers to a request with this token. */
export type Ask = (token?: string) => Promise<{ status: number; body: string }>

/** Small services around the snippets of the documentation, which get these variables. */
export function createLanguageServices(variables: Readonly<Record<string, string>>) {
  const cwd = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-languages-'))
  cpSync(path.join(repository, 'test/install/languages'), cwd, { recursive: true })
  for (const [name, code] of Object.entries(FILES)) writeFileSync(path.join(cwd, name), code)
  const env = { ...process.env, ...variables }
  const started: { stop(): Promise<void> }[] = []

  const start = async (program: string, argsFor: (port: string) => string[]): Promise<Ask> => {
    const port = await freePort()
    const ownEnv = { ...env, PORT: String(port) }
    const args = argsFor(String(port))
    const service = await startProgram({ program, args, cwd, env: ownEnv, port })
    started.push(service)
    return (token) =>
      rawRequest(service, '/', { headers: token ? { Authorization: `Bearer ${token}` } : {} })
  }

  return {
    async python(module: 'serve' | 'serve_keys'): Promise<Ask> {
      const required = readFileSync(path.join(cwd, 'requirements.txt'), 'utf8')
      const python = await pythonWith(required.trim().split('\n'))
      return start(python, (port) => ['-m', 'uvicorn', `${module}:app`, '--port', port])
    },
    async go(): Promise<Ask> {
      const args = ['build', '-o', 'service', 'main.go', 'tokens.go']
      await promisify(execFile)('go', args, { cwd, env: { ...env, GOTOOLCHAIN: 'local' } })
      return start(path.join(cwd, 'service'), () => [])
    },
    php: () => start('php', (port) => ['-S', `127.0.0.1:${port}`, 'index.php']),
    /** A script has no request. What it would answer follows from the function's status. */
    bash: (): Ask => (token) =>
      new Promise((resolve, reject) => {
        const script = '. ./is_active.sh; is_active "$@"'
        const args = ['-c', script, 'bash', ...(token === undefined ? [] : [token])]
        const child = spawn('bash', args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] })
        child.once('error', reject)
        child.once('exit', (code) =>
          resolve({ status: [200, 401, 503][code ?? -1] ?? 0, body: '{}' }),
        )
      }),
    async stop() {
      await Promise.all(started.map((service) => service.stop()))
      await rm(cwd, { recursive: true, force: true })
    },
  }
}
