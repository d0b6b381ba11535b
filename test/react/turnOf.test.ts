import { expect, it } from 'vitest'
import { type Candidate, turnOf } from '../../src/react/turnOf.js'

const tabs = (...kinds: ('cookie' | 'header')[]): Candidate[] =>
  kinds.map((kind, index) => ({
    id: `tab-${index}`,
    isShared: kind === 'cookie',
    since: 1_000 + index,
  }))

/** The turn of each, as each of them finds it, in whatever order it learned of the others. */
const turnsOf = (all: Candidate[]) =>
  all.map((tab) => turnOf(tab, all.filter((other) => other !== tab).reverse()))

it('one tab listens for all that share the cookie', () => {
  expect(turnsOf(tabs('cookie', 'cookie', 'cookie'))).toEqual(['listen', 'rely', 'rely'])
})

it('past two connections a tab with a token of its own asks', () => {
  expect(turnsOf(tabs('header', 'header', 'header'))).toEqual(['listen', 'listen', 'ask'])
  expect(turnsOf(tabs('header', 'cookie', 'header', 'cookie'))).toEqual([
    ...['listen', 'listen', 'ask', 'rely'],
  ])
})

it('one tab asks for all that share the cookie when others hold both connections', () => {
  expect(turnsOf(tabs('header', 'header', 'cookie', 'cookie'))).toEqual([
    ...['listen', 'listen', 'ask', 'rely'],
  ])
})

it('tabs of the same instant come to the same result', () => {
  const atOnce = tabs('cookie', 'cookie').map((tab) => ({ ...tab, since: 1_000 }))
  expect(turnsOf(atOnce)).toEqual(['listen', 'rely'])
})
