/**
 * The fence around the rooms of `src`: which room may import which other rooms, and which packages
 * (`node` stands for Node's own modules). Whatever a row does not name is forbidden, types
 * included, and so is every circle. docs/architecture.md shows the same as one picture;
 * `test/scripts/fence.test.ts` tries every pair.
 */
const REQUEST = ['plugin/request', 'plugin/runtime', 'plugin/config']
const RECORDS = ['plugin/sessions', 'plugin/storage', ...REQUEST]

const ROOMS = {
  core: { rooms: [], packages: [] },
  wire: { rooms: ['core'], packages: [] },
  redis: { rooms: ['core'], packages: ['ioredis', 'node'] },
  next: { rooms: ['core'], packages: [] },
  verify: { rooms: ['core'], packages: [] },
  http: { rooms: ['core', 'wire'], packages: [] },
  react: { rooms: ['core', 'wire'], packages: ['react'] },
  translations: { rooms: [], packages: [] },
  admin: {
    rooms: ['core', 'wire', 'react', 'translations'],
    packages: ['@payloadcms/ui', 'next', 'payload', 'react'],
  },
  'plugin/config': { rooms: ['core'], packages: ['payload'] },
  'plugin/database': { rooms: ['core'], packages: ['payload'] },
  'plugin/storage': {
    rooms: ['core', 'wire', 'plugin/database', 'plugin/config'],
    packages: ['payload'],
  },
  'plugin/runtime': {
    rooms: ['core', 'plugin/config', 'plugin/storage'],
    packages: ['@opentelemetry/api', 'payload'],
  },
  'plugin/request': {
    rooms: ['core', 'plugin/runtime', 'plugin/database'],
    packages: ['bowser', 'node', 'payload'],
  },
  'plugin/sessions': {
    rooms: [
      'core',
      'wire',
      'plugin/storage',
      'plugin/request',
      'plugin/runtime',
      'plugin/database',
    ],
    packages: ['payload'],
  },
  'plugin/triggers': {
    rooms: ['core', 'plugin/database', ...REQUEST],
    packages: ['payload'],
  },
  'plugin/tokens': { rooms: ['core', 'plugin/database', ...RECORDS], packages: ['payload'] },
  'plugin/gate': {
    rooms: ['core', 'wire', 'plugin/tokens', 'plugin/storage', ...REQUEST],
    packages: ['payload'],
  },
  'plugin/live': { rooms: ['core', 'wire', 'plugin/gate', ...RECORDS], packages: ['payload'] },
  'plugin/api': { rooms: ['core', 'wire', 'plugin/triggers', ...RECORDS], packages: ['payload'] },
  'plugin/endpoints': {
    rooms: ['core', 'wire', 'plugin/api', 'plugin/gate', ...RECORDS],
    packages: ['node', 'payload'],
  },
  'plugin/services': {
    rooms: ['core', 'wire', 'plugin/triggers', ...REQUEST],
    packages: ['node', 'payload'],
  },
  'plugin/feed': {
    rooms: ['core', 'wire', 'plugin/services', 'plugin/storage', ...REQUEST],
    packages: ['node', 'payload'],
  },
  'plugin/identityProviders': {
    rooms: ['core', 'plugin/services', 'plugin/triggers', 'plugin/database', ...RECORDS],
    packages: ['jose', 'node', 'payload'],
  },
  'plugin/command': {
    rooms: ['core', 'wire', 'plugin/api', 'plugin/gate', ...RECORDS],
    packages: ['node', 'payload'],
  },
  'plugin/panel': { rooms: ['core', 'translations', 'plugin/config'], packages: ['payload'] },
  plugin: { rooms: ['core', 'wire', 'plugin/*'], packages: ['payload'] },
  exports: { rooms: ['admin', 'react'], packages: [] },
  '': { rooms: ['core', 'wire', 'plugin', 'plugin/*'], packages: [] },
}

/** A folder's own files; those of `plugin` and of `src` itself lie beside their rooms. */
const filesOf = (room) => {
  if (room === '') return '^src/[^/]+$'
  if (room === 'plugin') return '^src/plugin/[^/]+$'
  return `^src/${room.replace('*', '[^/]+')}/`
}

const packageAt = (name) => `(^|/)node_modules/${name}(/|$)`

const NODE = { dependencyTypes: ['core'] }

const fences = Object.entries(ROOMS).flatMap(([room, { rooms, packages }]) => {
  const from = { path: filesOf(room) }
  const isAllowed = [filesOf(room), ...rooms.map(filesOf), ...packages.map(packageAt)]
  const name = room || 'index'
  return [
    {
      name: `fence of ${name}`,
      severity: 'error',
      from,
      to: { pathNot: isAllowed, dependencyTypesNot: ['core'] },
    },
    ...(packages.includes('node')
      ? []
      : [{ name: `fence of ${name}: Node`, severity: 'error', from, to: NODE }]),
  ]
})

/** What is for types only may not bring code along. */
const typesOnly = (from, to) => ({
  name: `types only from ${to} to ${from}`,
  severity: 'error',
  from: { path: filesOf(from) },
  to: { path: filesOf(to), dependencyTypesNot: ['type-only'] },
})

export default {
  forbidden: [
    { name: 'no circle', severity: 'error', from: {}, to: { circular: true } },
    ...fences,
    typesOnly('wire', 'core'),
    typesOnly('http', 'wire'),
    typesOnly('react', 'core'),
    typesOnly('react', 'wire'),
    typesOnly('admin', 'wire'),
    typesOnly('plugin/runtime', 'plugin/storage'),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
