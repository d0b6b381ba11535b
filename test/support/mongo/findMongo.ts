import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { MongoBinary } from 'mongodb-memory-server-core'

/** A MongoDB server, or something compatible, for the tests. */
export interface MongoSource {
  /** Its name in a report. */
  name: string
  /** The address of a running server: the value of `MONGODB_URI`. */
  uri?: string
  /** The path of the MongoDB server program. */
  mongod?: string
  /** The folder with the classes of mongo-java-server. */
  classes?: string
}

export const JAVA_SERVER = fileURLToPath(new URL('./javaServer/Serve.java', import.meta.url))

export const SECANTUS_SERVER = fileURLToPath(new URL('./secantus/serve.py', import.meta.url))

const POM = fileURLToPath(new URL('./javaServer/pom.xml', import.meta.url))
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url))
const FOUND = path.join(CACHE, 'jwt-revocation-mongo.json')

/** The source that `findMongo` found before this run of the tests. */
export function foundMongo(): MongoSource {
  const uri = process.env.MONGODB_URI
  if (uri) return { name: 'the server at MONGODB_URI', uri }
  if (!existsSync(FOUND)) throw new Error('Run `npm test`, which finds a MongoDB server first.')
  return JSON.parse(readFileSync(FOUND, 'utf8'))
}

/**
 * Finds a server, in this order: `MONGODB_URI`, a `mongod` on the path, the `mongod` that
 * mongodb-memory-server downloads, mongo-java-server.
 *
 * @throws when there is none
 */
export async function findMongo(): Promise<MongoSource> {
  if (process.env.MONGODB_URI) return foundMongo()
  mkdirSync(CACHE, { recursive: true })
  const source = mongodOnPath() ?? foundBefore() ?? (await downloadMongod()) ?? downloadJavaServer()
  writeFileSync(FOUND, JSON.stringify(source))
  return source
}

function mongodOnPath(): MongoSource | undefined {
  const mongod = (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'mongod'))
    .find(isProgram)
  return mongod ? { name: versionOf(mongod), mongod } : undefined
}

/** A failing download takes some seconds. */
function foundBefore(): MongoSource | undefined {
  if (!existsSync(FOUND)) return undefined
  const { mongod, classes, name } = foundMongo()
  if (mongod && isProgram(mongod)) return { name, mongod }
  return classes === classesFolder() && existsSync(classes) ? { name, classes } : undefined
}

async function downloadMongod(): Promise<MongoSource | undefined> {
  try {
    const mongod = await MongoBinary.getPath({ downloadDir: path.join(CACHE, 'mongod') })
    return { name: versionOf(mongod), mongod }
  } catch {
    // There is no internet, or MongoDB publishes no binary for this system.
    return undefined
  }
}

const versionOf = (mongod: string) =>
  `MongoDB ${/v(\S+)/.exec(execFileSync(mongod, ['--version'], { encoding: 'utf8' }))?.[1]}`

const pom = () => readFileSync(POM, 'utf8')

const classesFolder = () => {
  const hash = createHash('sha256').update(pom()).digest('hex')
  return path.join(CACHE, `mongo-java-server-${hash.slice(0, 16)}`)
}

function downloadJavaServer(): MongoSource {
  const classes = classesFolder()
  const version = /mongo-java-server<\/artifactId>\s*<version>([^<]+)/.exec(pom())?.[1]
  try {
    for (const program of ['java', 'mvn']) execFileSync(program, ['-version'], { stdio: 'ignore' })
    console.log('Downloading mongo-java-server for the tests …')
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${classes}`]
    execFileSync('mvn', ['-q', '-B', '-f', POM, ...goal], { stdio: ['ignore', 'ignore', 'pipe'] })
  } catch (cause) {
    throw new Error(
      'The tests need MongoDB: set MONGODB_URI, install mongod, or install Java 17 and Maven.',
      { cause },
    )
  }
  return { name: `mongo-java-server ${version}`, classes }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
