import { describe, expect, it } from 'vitest'
import { parseCommand } from '../../../src/plugin/command/parseCommand.js'
import { UsageError } from '../../../src/plugin/command/usage.js'

const parse = (line: string) => parseCommand(line.split(' ').filter(Boolean))

describe('the command line', () => {
  it('reads a target of `revoke` and its options', () => {
    const defaults = { name: 'revoke', reason: 'admin', isDryRun: false, isJson: false }
    expect(parse('revoke --session s')).toMatchObject({
      ...defaults,
      target: { session: 's' },
    })
    expect(parse('revoke --user users:1 --except-session s --dry-run')).toMatchObject({
      ...defaults,
      target: { user: { collection: 'users', id: '1', exceptSession: 's' } },
      isDryRun: true,
    })
    expect(parse('revoke --jti=j --json')).toMatchObject({
      ...defaults,
      target: { jti: 'j' },
      isJson: true,
    })
    expect(parse('revoke --token -')).toMatchObject({ target: { token: '-' } })
    expect(parse('revoke --everyone --reason user-disabled --note why')).toMatchObject({
      target: { everyone: true },
      reason: 'user-disabled',
      note: 'why',
    })
  })

  it('keeps an id that contains a colon', () => {
    expect(parse('explain --user users:a:b')).toMatchObject({
      target: { user: { collection: 'users', id: 'a:b' } },
    })
  })

  it('reads a scope, a reason and a page for `list`', () => {
    expect(parse('list --scope user --reason rotated --limit 5 --page 2')).toEqual({
      name: 'list',
      scope: 'user',
      reason: 'rotated',
      limit: 5,
      page: 2,
      isJson: false,
    })
  })

  it('reads a session, or a token by its id or its text, for `lift`', () => {
    expect(parse('lift --session s --note mistake')).toEqual({
      name: 'lift',
      target: { session: 's' },
      note: 'mistake',
      isDryRun: false,
      isJson: false,
    })
    expect(parse('lift --jti j --dry-run')).toMatchObject({ target: { jti: 'j' }, isDryRun: true })
    expect(parse('lift --token -')).toMatchObject({ target: { token: '-' } })
  })

  it('reads a user for `sessions`', () => {
    const user = { collection: 'users', id: '7' }
    const asked = { name: 'sessions', user, isAll: false, isJson: false }
    expect(parse('sessions --user users:7')).toEqual(asked)
    expect(parse('sessions --user users:7 --all --json')).toEqual({
      ...{ ...asked, isAll: true, isJson: true },
    })
  })

  it('asks for help without a command, and with --help anywhere', () => {
    for (const line of ['--help', 'revoke --help', 'nonsense --everyone --help']) {
      expect(parse(line)).toEqual({ name: 'help', isAsked: true })
    }
    expect(parse('')).toEqual({ name: 'help', isAsked: false })
  })

  for (const line of [
    'nonsense',
    'sessions',
    'sessions --user users',
    'sessions --everyone',
    'list --all',
    'toString',
    'revoke',
    'revoke users:1',
    'revoke --session',
    'revoke --session=',
    'revoke --session a --everyone',
    'revoke --user users',
    'revoke --user :1',
    'revoke --session a --except-session b',
    'revoke --user users:1 --except b',
    'revoke --token j',
    'revoke --everyone --reason because',
    'revoke --everyone --reason rotated',
    'revoke --everyone --force',
    'revoke --everyone --limit 1',
    'list --everyone',
    'list --scope all',
    'list --limit 0',
    'list --page 1.5',
    'explain --user users:1 --except-session a',
    'explain',
    'lift',
    'lift --user users:1',
    'lift --everyone',
    'lift --session s --reason admin',
    'purge --session s',
    `revoke --session ${'s'.repeat(257)}`,
  ]) {
    it(`is refused: ${line.slice(0, 50)}`, () => {
      expect(() => parse(line)).toThrow(UsageError)
    })
  }

  it('never contains the text of a token, and an error does not repeat it', () => {
    for (const line of ['revoke --token aaaa.bbbb.cccc', 'explain --token aaaa.bbbb.']) {
      expect(() => parse(line)).toThrow(UsageError)
      expect(() => parse(line)).not.toThrow('aaaa')
    }
  })
})
