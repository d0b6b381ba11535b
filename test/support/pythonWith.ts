import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { sharedFolder } from './sharedFolder.js'

const run = promisify(execFile)

/**
 * The path of a Python that has these packages of PyPI (`name==version`), in an environment of its
 * own.
 *
 * @throws when there is no Python 3.10 with `venv`, or PyPI cannot be reached
 */
export async function pythonWith(packages: readonly string[]): Promise<string> {
  const contents = packages.join('\n')
  const folder = await sharedFolder({ kind: 'python', contents }, async (fresh) => {
    await run('python3', ['-m', 'venv', fresh])
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]
    await run(path.join(fresh, 'bin/python'), pip)
  })
  return path.join(folder, 'bin/python')
}
