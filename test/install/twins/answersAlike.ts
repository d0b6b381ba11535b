import { describe, expect, it } from 'vitest'
import { type Ask, ask, type Site } from './ask.js'

/** The tests of a list of requests, asked one after another of both apps. */
export function answersAlike(what: string, asks: readonly Ask[], both: () => readonly Site[]) {
  describe(`${what} answers as without the plugin`, () => {
    it.each(asks.map((each, n) => [titleOf(each, n), each] as const))('%s', async (_, each) => {
      const [withPlugin, without] = await Promise.all(both().map((site) => ask(site, each)))
      expect(withPlugin).toEqual(without)
      expect(withPlugin?.status).toBeLessThan(500)
    })
  })
}

const titleOf = ({ as, line }: Ask, n: number) => `${n + 1}. ${as ?? 'a stranger'}: ${line}`
