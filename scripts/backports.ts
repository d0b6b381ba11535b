import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const SOURCES = '/etc/apt/sources.list.d'

/**
 * Options with which one apt command also sees the backports of Debian 12. The system's own sources
 * are not changed. What Debian 12 itself has still comes from there: apt takes a package from the
 * backports only if no other source has it. On other systems, there are no options.
 */
export function backports(): string[] {
  if (!/^VERSION_CODENAME=bookworm$/m.test(readFileSync('/etc/os-release', 'utf8'))) return []
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-apt-'))
  process.once('exit', () => rmSync(folder, { recursive: true }))
  cpSync(SOURCES, folder, { recursive: true })
  writeFileSync(path.join(folder, 'jwt-revocation-backports.sources'), BACKPORTS)
  return ['-o', `Dir::Etc::sourceparts=${folder}`]
}

const BACKPORTS = `Types: deb
URIs: http://deb.debian.org/debian
Suites: bookworm-backports
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`
