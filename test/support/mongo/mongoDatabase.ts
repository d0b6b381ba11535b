import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import { MongoMemoryReplSet } from 'mongodb-memory-server-core'
import { foundMongo, JAVA_SERVER } from './findMongo.js'

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

function startServer(): Promise<string> {
  const { uri, mongod, classes } = foundMongo()
  if (uri) return Promise.resolve(uri)
  return classes ? startJavaServer(classes) : startMongod(mongod)
}

/** A replica set with one member, because transactions need a replica set. */
async function startMongod(systemBinary: string | undefined): Promise<string> {
  const replicaSet = await MongoMemoryReplSet.create({
    ...(systemBinary && { binary: { systemBinary } }),
    replSet: { count: 1, storageEngine: 'wiredTiger' },
  })
  return replicaSet.getUri()
}

/** It ends with this process, because this process holds its standard input. */
async function startJavaServer(classes: string): Promise<string> {
  const args = ['-cp', path.join(classes, '*'), JAVA_SERVER]
  const child: ChildProcess = spawn('java', args, { stdio: ['pipe', 'pipe', 'inherit'] })
  process.once('exit', () => child.kill('SIGKILL'))
  const [line] = await Promise.race([
    once(child.stdout as NodeJS.ReadableStream, 'data'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`mongo-java-server ended with ${code}`)
    }),
  ])
  for (const each of [child, child.stdin, child.stdout] as { unref?(): void }[]) each?.unref?.()
  return String(line).trim()
}
