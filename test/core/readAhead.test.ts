import { describe, expect, it } from 'vitest'
import { readAhead } from '../../src/core/readAhead.js'

describe('reading ahead', () => {
  it('hands over the same pages, and asks for the next one before the last is processed', async () => {
    const log: string[] = []
    async function* pages() {
      for (const page of ['one', 'two', 'three']) {
        log.push(`asked for ${page}`)
        yield page
      }
    }
    for await (const page of readAhead(pages())) {
      await Promise.resolve()
      log.push(`processed ${page}`)
    }
    expect(log).toEqual([
      'asked for one',
      'asked for two',
      'processed one',
      'asked for three',
      'processed two',
      'processed three',
    ])
  })

  it('fails when it comes to the page that failed, and not before', async () => {
    async function* pages() {
      yield 'one'
      throw new Error('the second page')
    }
    const read: string[] = []
    const reading = async () => {
      for await (const page of readAhead(pages())) {
        await new Promise((resolve) => setImmediate(resolve))
        read.push(page)
      }
    }
    await expect(reading()).rejects.toThrow('the second page')
    expect(read).toEqual(['one'])
  })

  it('ends the reading when its reader leaves early', async () => {
    let isOver = false
    async function* pages() {
      try {
        while (true) yield 'page'
      } finally {
        isOver = true
      }
    }
    for await (const _ of readAhead(pages())) break
    await new Promise((resolve) => setImmediate(resolve))
    expect(isOver).toBe(true)
  })
})
