import { describe, expect, it } from 'vitest'
import { labels } from '../../src/exports/react.js'
import { de } from '../../src/translations/de.js'
import { en } from '../../src/translations/en.js'
import { es } from '../../src/translations/es.js'
import { fr } from '../../src/translations/fr.js'
import { ja } from '../../src/translations/ja.js'
import { zh } from '../../src/translations/zh.js'

/** Every text by its path, such as `devices.title`. */
function textsOf(strings: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(strings).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[path + key, value] as const]
        : [...textsOf(value as object, `${path}${key}.`)],
    ),
  )
}

/** The placeholders in a text: `{{count}}` in the panel's texts, `{device}` in the site's. */
const placeholders = (text: string) => (text.match(/\{\{?\w+\}?\}/g) ?? []).sort()

const sets = {
  'the panel': { english: en, others: { de, es, fr, ja, zh } },
  'the site': { english: labels.en, others: labels },
}

for (const [where, { english, others }] of Object.entries(sets)) {
  describe(`the texts of ${where}`, () => {
    const expected = textsOf(english)
    it('exist in German, Spanish, French, Japanese and Chinese', () => {
      expect(Object.keys(others)).toEqual(expect.arrayContaining(['de', 'es', 'fr', 'ja', 'zh']))
    })

    for (const [language, strings] of Object.entries(others)) {
      it(`have the same keys in ${language}, each with a text`, () => {
        const texts = textsOf(strings)
        expect([...texts.keys()].sort()).toEqual([...expected.keys()].sort())
        expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([])
      })

      it(`have the same placeholders in ${language}`, () => {
        for (const [key, text] of textsOf(strings)) {
          // A language may leave the number out if it is one.
          if (key.endsWith('_one')) continue
          expect([key, ...placeholders(text)]).toEqual([
            key,
            ...placeholders(expected.get(key) ?? ''),
          ])
        }
      })
    }
  })
}
