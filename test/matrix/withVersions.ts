import type { Cell } from './cells.js'

interface PackageJson {
  dependencies: Record<string, string>
}

/** The `package.json` of an app with the versions of a cell, and without this package. */
export function withVersions(packageJson: string, { packages }: Cell): string {
  const { dependencies: before, ...rest } = JSON.parse(packageJson) as PackageJson
  const { 'payload-jwt-revocation': _, ...others } = before
  const dependencies = Object.fromEntries(
    Object.entries(others).map(([name, version]) => [name, packages[leaderOf(name)] ?? version]),
  )
  return JSON.stringify({ ...rest, dependencies }, null, 2)
}

/** The package whose version another one shares. */
function leaderOf(name: string): string {
  if (name.startsWith('@payloadcms/')) return 'payload'
  return name === 'react-dom' ? 'react' : name
}
