/**
 * A setup file of vitest. One process runs several files. Each of them starts with the state that a
 * process of its own would have of the plugin: none.
 */
Reflect.deleteProperty(globalThis, Symbol.for('payload-jwt-revocation/1'))
