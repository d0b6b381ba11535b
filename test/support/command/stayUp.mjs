/**
 * Preloaded: until `payload` ends its process itself, something keeps it alive. On Node.js 20 it
 * can end with 0 and nothing done, while its loader starts in a thread of its own.
 */
setInterval(() => {}, 60_000)
