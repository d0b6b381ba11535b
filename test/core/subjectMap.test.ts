import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Subject } from '../../src/core/revocation.js'
import { createSubjectMap } from '../../src/core/subjectMap.js'

const names = fc.constantFrom('', 'a', 'b', 'a:b', ':', 'everyone', 'b:', ':a')

describe('the map by subject', () => {
  it('gives the same answer by subject and by user, whatever colons the names contain', () => {
    const step = fc.record({
      do: fc.constantFrom('set' as const, 'delete' as const),
      subject: fc.oneof(
        fc.constant<Subject>('everyone'),
        fc
          .record({ collection: names, id: names })
          .map(({ collection, id }): Subject => `user:${collection}:${id}`),
      ),
      value: fc.nat(),
    })
    fc.assert(
      fc.property(fc.array(step), names, names, (steps, collection, id) => {
        const map = createSubjectMap<number>()
        const model = new Map<Subject, number>()
        for (const each of steps) {
          if (each.do === 'set') {
            map.set(each.subject, each.value)
            model.set(each.subject, each.value)
          } else {
            map.delete(each.subject)
            model.delete(each.subject)
          }
          expect(map.get(each.subject)).toBe(model.get(each.subject))
          expect(map.everyone).toBe(model.get('everyone'))
          expect(map.users).toBe(model.size - (model.has('everyone') ? 1 : 0))
          expect(map.ofUser(collection, id)).toBe(model.get(`user:${collection}:${id}`))
        }
      }),
    )
  })
})
