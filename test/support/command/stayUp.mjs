/**
 * Preloaded: something keeps `payload` alive until it ends its process itself. On Node.js 20 it may
 * otherwise exit with 0 and do nothing, while its loader starts in another thread.
 */
setInterval(() => {}, 60_000)
