import crypto from 'node:crypto'

/**
 * A setup file of vitest. Payload hashes a password in 600,000 rounds, which takes a tenth of a
 * second for each login and each new user: most of the time of these tests. Here one round is used.
 * Apps in their own processes hash as Payload does.
 */
const { pbkdf2 } = crypto
if (pbkdf2.name === 'pbkdf2') {
  crypto.pbkdf2 = (password, salt, _rounds, ...others) => pbkdf2(password, salt, 1, ...others)
}
