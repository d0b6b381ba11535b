/**
 * A setup file of vitest. Files that one process runs after another find in it what a process of
 * their own would hold of the plugin, which is nothing.
 */
Reflect.deleteProperty(globalThis, Symbol.for('payload-jwt-revocation/1'))
