import { describe, expect, it } from 'vitest'
import { de } from '../../../src/translations/de.js'
import { en } from '../../../src/translations/en.js'
import { type Ask, ask, type Site } from './ask.js'

interface Panel {
  /** Who looks at it, logged in by an earlier request. */
  as: string
  /** Where it is. */
  admin: string
  pages: readonly string[]
}

/**
 * The tests of pages of the panel: with the plugin there is all that is there without, and beside
 * it nothing but links to the plugin's own pages and its widget.
 */
export function panelAlike({ as, admin, pages }: Panel, both: () => readonly Site[]) {
  describe('its panel has all that it has without the plugin', () => {
    it.each(pages)('%s', async (page) => {
      const request: Ask = { line: `GET ${page}`, as }
      const [withPlugin, without] = await Promise.all(both().map((site) => ask(site, request)))
      if (!withPlugin || !without) throw new Error('Two sites are compared')
      const [own, other] = [outlineOf(withPlugin.body), outlineOf(without.body)]
      expect(other.links).not.toEqual([])
      const added = own.links.filter((link) => !other.links.includes(link))
      expect(added.filter((link) => !isOfPlugin(link, admin))).toEqual([])
      const body = {
        ...own,
        links: own.links.filter((link) => !isOfPlugin(link, admin)),
        headings: own.headings.filter((heading) => !WIDGET.has(heading)),
      }
      expect({ ...withPlugin, body }).toEqual({ ...without, body: other })
    })
  })
}

/** The heading of the card on the dashboard. */
const WIDGET = new Set([de.denylist, en.denylist])

const isOfPlugin = (link: string, admin: string) =>
  link.startsWith(admin) &&
  /\/(?:revocation|my-sessions|collections\/(?:revocations|user-sessions|\w+\/\d+\/sessions))$/.test(
    link,
  )

/** What a page of the panel offers: where it leads, and what can be read and filled in. */
function outlineOf(page: string) {
  const all = (pattern: RegExp) => [...page.matchAll(pattern)].map(([, part = '']) => part)
  return {
    title: all(/<title>(.*?)<\/title>/g),
    links: [...new Set(all(/<a\b[^>]*\bhref="([^"]+)"/g))].sort(),
    headings: all(/<h[1-4]\b[^>]*>(.*?)<\/h[1-4]>/g),
    fields: all(/<(?:input|textarea|select)\b[^>]*\bname="([^"]+)"/g),
    labels: all(/<label\b[^>]*>(.*?)<\/label>/g),
  }
}
