import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { PostgresPool } from './fillLedger.js'

/** Where the server of this database keeps its files. */
export async function serverFolder(pool: Pick<PostgresPool, 'query'>): Promise<string> {
  const { rows } = await pool.query('SHOW data_directory')
  return String(rows[0]?.data_directory)
}

/** Tells what a PostgreSQL on this machine has used of its processors so far, in milliseconds. */
export function serverCpu(folder: string): () => number {
  return processCpu(Number(readFileSync(`${folder}/postmaster.pid`, 'utf8').split('\n')[0]))
}

const TICK_MS = 1_000 / Number(execFileSync('getconf', ['CLK_TCK']))

/** The same of a server and all its processes, also those that have ended. */
export const processCpu = (server: number) => (): number => {
  const children = readFileSync(`/proc/${server}/task/${server}/children`, 'utf8').trim()
  const running = children ? children.split(' ').map(Number) : []
  const ticks = [...timesOf(server), ...running.flatMap((pid) => timesOf(pid).slice(0, 2))].reduce(
    (sum, each) => sum + each,
    0,
  )
  return ticks * TICK_MS
}

/** Its own outside of the system and in it, and the same of its children that have ended, in ticks. */
function timesOf(pid: number): number[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number)
}
