export { type RedisFeedOptions, redisFeed } from './redisFeed.js'
