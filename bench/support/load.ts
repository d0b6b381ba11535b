import { fileURLToPath } from 'node:url'
import { startChild } from './children.js'

export interface Load {
  url: string
  connections: number
  seconds: number
  headers?: Record<string, string>
  /** Sent as JSON by POST. Without it the request is a GET. */
  body?: object
  /** Sent as a form by POST. */
  form?: Record<string, string>
  /** The expected class of every answer. Any other fails the benchmark. */
  expected: '2xx' | '4xx'
}

export interface LoadResult {
  requests: number
  perSecond: number
  p99Ms: number
}

const autocannon = fileURLToPath(import.meta.resolve('autocannon'))

/** Sends requests as fast as the answers come, from its own process. */
export async function load(options: Load): Promise<LoadResult> {
  const { url, connections, seconds, headers = {}, body, form, expected } = options
  const child = startChild(process.execPath, [
    autocannon,
    '--json',
    ...['--connections', String(connections), '--duration', String(seconds)],
    ...Object.entries(headers).flatMap(([name, value]) => ['--headers', `${name}=${value}`]),
    ...(body ? ['--method', 'POST', '--body', JSON.stringify(body)] : []),
    ...(body ? ['--headers', 'Content-Type=application/json'] : []),
    ...(form ? ['--method', 'POST', '--body', String(new URLSearchParams(form))] : []),
    ...(form ? ['--headers', 'Content-Type=application/x-www-form-urlencoded'] : []),
    url,
  ])
  await child.exit((seconds + 15) * 1_000)
  const result = parseReport(child.output())
  const total = ['1xx', '2xx', '3xx', '4xx', '5xx'].reduce(
    (sum, each) => sum + Number(result[each]),
    0,
  )
  if (total === 0 || total !== result[expected] || result.errors !== 0) {
    throw new Error(`${url}: not every answer was ${expected}: ${JSON.stringify(result)}`)
  }
  return { requests: total, perSecond: total / result.duration, p99Ms: result.latency.p99 }
}

interface Report extends Record<string, unknown> {
  duration: number
  errors: number
  latency: { p99: number }
}

/** The report is the last line. There may be a progress note before it. */
function parseReport(output: string): Report {
  const line = output.trim().split('\n').at(-1) ?? ''
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new Error(`The load generator gave no report:\n${output}`, { cause })
  }
}
