import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import { MongoMemoryReplSet } from 'mongodb-memory-server-core'
import { isQuick } from '../isQuick.js'
import { pythonWith } from '../pythonWith.js'
import { foundMongo, JAVA_SERVER, SECANTUS_SERVER } from './findMongo.js'

/**
 * A server with MongoDB's protocol, replica-set handshake and transactions, over WiredTiger,
 * MongoDB's own storage engine. It is a package of PyPI, under the GPL, and only the tests use it.
 */
const SECANTUS = 'secantusdb==0.7.0b3'

let server: Promise<string> | undefined

/**
 * The address of an empty MongoDB database for one test. The first call starts the server, which
 * all files in this process share. Payload creates the database with its first write.
 */
export async function mongoDatabase(): Promise<string> {
  server ??= startServer()
  const url = new URL(await server)
  url.pathname = `/app_${randomUUID().slice(0, 8)}`
  return url.href
}

const only = process.env.TESTS_ONLY_ON

/**
 * Whether this project of vitest runs on a MongoDB server with transactions, and on nothing else.
 */
export const isOnlyMongoTransactions = only === 'MongoDB with transactions'

/** `test:quick` leaves MongoDB out. */
export const isOnMongo = !isQuick

async function startServer(): Promise<string> {
  const { uri, mongod, classes } = foundMongo()
  if (uri) return uri
  if (!classes) return startMongod(mongod)
  return isOnlyMongoTransactions
    ? startAndRead(await pythonWith([SECANTUS]), [SECANTUS_SERVER])
    : startAndRead('java', ['-cp', path.join(classes, '*'), JAVA_SERVER])
}

/** A replica set with one member, because transactions need a replica set. */
async function startMongod(systemBinary: string | undefined): Promise<string> {
  // A transaction of a killed process holds its locks for as long.
  const args = ['--setParameter', 'transactionLifetimeLimitSeconds=5']
  const replicaSet = await MongoMemoryReplSet.create({
    ...(systemBinary && { binary: { systemBinary } }),
    instanceOpts: [{ args }],
    replSet: { count: 1, storageEngine: 'wiredTiger' },
  })
  return replicaSet.getUri()
}

/**
 * Starts a server that prints its address. It ends with this process, because this process holds its
 * standard input.
 */
async function startAndRead(program: string, args: readonly string[]): Promise<string> {
  const child: ChildProcess = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  process.once('exit', () => child.kill('SIGKILL'))
  const [line] = await Promise.race([
    once(child.stdout as NodeJS.ReadableStream, 'data'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${program} ended with ${code}`)
    }),
  ])
  for (const each of [child, child.stdin, child.stdout] as { unref?(): void }[]) each?.unref?.()
  return String(line).trim()
}
