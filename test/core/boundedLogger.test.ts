import { describe, expect, it } from 'vitest'
import { boundedLogger } from '../../src/core/boundedLogger.js'

function logging() {
  const lines: [level: string, details: object, message: string][] = []
  let now = 1_000_000
  const write = (level: string) => (details: object, message: string) =>
    void lines.push([level, details, message])
  const inner = { error: write('error'), warn: write('warn'), info: write('info') }
  return { lines, logger: boundedLogger(inner, () => now), pass: (ms: number) => (now += ms) }
}

describe('a bounded logger', () => {
  it('writes five lines per message in ten seconds, and then how many it left out', () => {
    const { lines, logger, pass } = logging()
    for (let i = 0; i < 100; i += 1) logger.error({ i }, 'failed')
    expect(lines.map(([, details]) => details)).toEqual([0, 1, 2, 3, 4].map((i) => ({ i })))
    pass(9_999)
    logger.error({ i: 100 }, 'failed')
    expect(lines).toHaveLength(5)
    pass(1)
    logger.error({ i: 101 }, 'failed')
    logger.error({ i: 102 }, 'failed')
    expect(lines.slice(5)).toEqual([
      ['error', { i: 101, suppressed: 96 }, 'failed'],
      ['error', { i: 102 }, 'failed'],
    ])
  })

  it('counts each message separately, at its own level', () => {
    const { lines, logger } = logging()
    for (let i = 0; i < 10; i += 1) logger.warn({}, 'one')
    logger.info({}, 'other')
    expect(lines.at(-1)).toEqual(['info', {}, 'other'])
  })

  it('goes on when the clock is set back', () => {
    const { lines, logger, pass } = logging()
    for (let i = 0; i < 10; i += 1) logger.warn({}, 'one')
    pass(-3_600_000)
    logger.warn({}, 'one')
    expect(lines).toHaveLength(6)
  })
})
