export { httpFeed } from './httpFeed.js'
export type { HttpFeedOptions } from './httpFeedOptions.js'
