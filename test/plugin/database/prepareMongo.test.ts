import { type Payload, reload } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runtimeOf } from '../../../src/plugin/runtime/runtimeOf.js'
import { type App, type AppOptions, buildAppConfig, createApp } from '../../support/createApp.js'
import { login } from '../../support/login.js'
import { isOnlyMongoTransactions, mongoDatabase } from '../../support/mongo/mongoDatabase.js'
import { sampleRevocation } from '../../support/samples.js'

interface Started {
  commandName: string
  command: {
    readonly collation?: object
    readonly writeConcern?: { w?: number | string }
    readonly [name: string]: unknown
  }
}

interface Watched {
  connection: {
    getClient(): { on(event: 'commandStarted', listener: (event: Started) => void): void }
    collection(name: string): {
      dropIndexes(): Promise<unknown>
      indexes(): Promise<{ key: object }[]>
      insertMany(documents: object[]): Promise<unknown>
    }
  }
  collections: Record<string, { schema: { options: { read?: { mode: string } } } } | undefined>
}

const mongoOf = ({ db }: Payload) => db as unknown as Watched

const readsFrom = ({ payload }: App, collection: string) =>
  mongoOf(payload).collections[collection]?.schema.options.read ?? 'as the URL says'

/** The commands that are sent to MongoDB from now on. */
function commandsIn(payload: Payload, isMeant: (event: Started) => boolean) {
  const seen: Started[] = []
  mongoOf(payload)
    .connection.getClient()
    .on('commandStarted', (event) => {
      if (isMeant(event)) seen.push(event)
    })
  return seen
}

const commandsOn = (payload: Payload, collection: string) =>
  commandsIn(payload, ({ command, commandName }) => command[commandName] === collection)

/** The settings of a careless connection URL. */
const careless = (options: AppOptions['mongoArgs'] = {}): AppOptions => ({
  mongo: mongoDatabase(),
  mongoArgs: {
    ...options,
    // Transactions would only read from the primary, and Payload reads as the URL says.
    transactionOptions: false,
    connectOptions: {
      ...{ autoIndex: false, monitorCommands: true },
      ...{ w: 1, readPreference: 'secondaryPreferred' },
    },
  },
})

describe('on MongoDB, whatever its URL says', () => {
  let app: App
  let withoutPlugin: App
  beforeAll(async () => {
    const options = careless()
    app = await createApp({ ...options, mongoArgs: { ...options.mongoArgs, collation: STRENGTH } })
    withoutPlugin = await createApp({ ...careless(), plugin: false })
  })
  afterAll(() => Promise.all([app?.close(), withoutPlugin?.close()]))

  it('a revocation is acknowledged by the majority', async () => {
    const commands = commandsOn(app.payload, 'revocations')
    const { ledger } = runtimeOf(app.payload)
    await ledger.append([sampleRevocation('jti:one'), sampleRevocation('jti:two')])
    const inserts = commands.filter(({ commandName }) => commandName === 'insert')
    expect(inserts.map(({ command }) => command.writeConcern?.w)).toEqual(['majority'])
  })

  it('so is the record of a session, unlike Payload’s own writes', async () => {
    const [ours, theirs] = [SESSIONS, 'posts'].map((name) => commandsOn(app.payload, name))
    await login(app)
    await app.payload.create({ collection: 'posts', data: { title: 'another' } })
    const concerns = (commands: Started[] | undefined) =>
      (commands ?? [])
        .filter(({ commandName }) => commandName === 'insert')
        .map(({ command }) => command.writeConcern?.w)
    expect(concerns(ours)).toEqual(['majority'])
    expect(concerns(theirs)).toEqual([1])
  })

  it('decisions are read from the primary, and other collections as the URL says', () => {
    for (const collection of ['revocations', SESSIONS, 'users', 'customers']) {
      expect(readsFrom(app, collection)).toBe('primary')
    }
    expect(readsFrom(app, 'posts')).toBe('as the URL says')
    expect(readsFrom(withoutPlugin, 'users')).toBe('as the URL says')
  })

  it('no reading of the ledger uses a collation, which would scan the collection', async () => {
    const [ours, theirs] = ['revocations', 'posts'].map((name) => commandsOn(app.payload, name))
    const { ledger } = runtimeOf(app.payload)
    for await (const _ of ledger.read({ since: 1 }));
    for await (const _ of ledger.read({ since: 0 }));
    await ledger.find(['jti:one'])
    await app.payload.find({ collection: 'posts' })
    const collations = (commands: Started[] | undefined) =>
      (commands ?? []).map(({ command }) => command.collation)
    expect(collations(ours).length).toBeGreaterThanOrEqual(3)
    expect(collations(ours).filter(Boolean)).toEqual([])
    expect(collations(theirs)).toContainEqual(expect.objectContaining(STRENGTH))
  })

  it('several revocations are one command, and existing ones stay unchanged', async () => {
    const { ledger } = runtimeOf(app.payload)
    const [there, beside] = [sampleRevocation('jti:there'), sampleRevocation('jti:beside')]
    await ledger.append([there])
    const commands = commandsOn(app.payload, 'revocations')
    await ledger.append([there, beside])
    expect(commands.map(({ commandName }) => commandName)).toEqual(['insert'])
    expect(await ledger.find(['jti:there', 'jti:beside'])).toHaveLength(2)
  })
})

const SESSIONS = 'user-sessions'
const STRENGTH = { strength: 1 }

it('what else the application asks of a write stays as it is', async () => {
  const writeConcern = { w: 1, j: true }
  const app = await createApp({
    mongo: mongoDatabase(),
    mongoArgs: { collectionsSchemaOptions: { revocations: { writeConcern } } },
  })
  try {
    const commands = commandsOn(app.payload, 'revocations')
    await runtimeOf(app.payload).ledger.append([sampleRevocation('jti:safe')])
    const inserts = commands.filter(({ commandName }) => commandName === 'insert')
    expect(inserts.map(({ command }) => command.writeConcern)).toEqual([{ w: 'majority', j: true }])
  } finally {
    await app.close()
  }
})

const indexesOf = async ({ payload }: App, collection: string) => {
  const indexes = await mongoOf(payload).connection.collection(collection).indexes()
  return indexes.map(({ key }) => Object.keys(key).join())
}

async function expectIndexes(app: App) {
  await expect
    .poll(() => indexesOf(app, 'revocations'))
    .toEqual(expect.arrayContaining(['_id', 'subject', 'lifts', 'cutoff', 'expiresAt,_id']))
  await expect
    .poll(() => indexesOf(app, SESSIONS))
    .toEqual(expect.arrayContaining(['_id', 'userId', 'expiresAt', 'endedAt']))
}

it('the indexes exist although the connection creates none', async () => {
  const app = await createApp({
    mongo: mongoDatabase(),
    mongoArgs: { connectOptions: { autoIndex: false } },
  })
  try {
    await expectIndexes(app)
  } finally {
    await app.close()
  }
})

it('all of this is still so after the config was reloaded in development', async () => {
  const options = careless()
  const app = await createApp(options)
  try {
    await expectIndexes(app)
    for (const name of ['revocations', SESSIONS]) {
      await mongoOf(app.payload).connection.collection(name).dropIndexes()
    }
    await reload(await buildAppConfig(options, app.database), app.payload, true)
    const commands = commandsOn(app.payload, 'revocations')
    await runtimeOf(app.payload).ledger.append([sampleRevocation('jti:after-reload')])
    const inserts = commands.filter(({ commandName }) => commandName === 'insert')
    expect(inserts.map(({ command }) => command.writeConcern?.w)).toEqual(['majority'])
    for (const collection of ['revocations', SESSIONS, 'users', 'customers']) {
      expect(readsFrom(app, collection)).toBe('primary')
    }
    await expectIndexes(app)
  } finally {
    await app.close()
  }
})

it('the log warns about a connection that does not wait for its writes', async () => {
  const lines: string[] = []
  const app = await createApp({
    mongo: mongoDatabase(),
    mongoArgs: { connectOptions: { autoIndex: false, w: 0 } },
    // Nothing is written, because the tests' server may not support this write concern.
    database: 'unseeded',
    configure: (config) => ({
      ...config,
      logger: { options: { level: 'warn' }, destination: { write: (line) => lines.push(line) } },
    }),
  })
  try {
    expect(lines.join()).toContain('w=0')
  } finally {
    await app.close()
  }
})

if (isOnlyMongoTransactions) {
  it('a transaction is committed by the majority', async () => {
    const app = await createApp({
      mongo: mongoDatabase(),
      mongoArgs: { transactionOptions: { writeConcern: { w: 1 } } },
    })
    try {
      const isCommit = ({ commandName }: Started) => commandName === 'commitTransaction'
      const commits = commandsIn(app.payload, isCommit)
      await app.payload.create({ collection: 'posts', data: { title: 'in a transaction' } })
      expect(commits.map(({ command }) => command.writeConcern?.w)).toEqual(['majority'])
    } finally {
      await app.close()
    }
  })
}
