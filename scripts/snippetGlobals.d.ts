/** The variables that the documentation's snippets assume. */
declare const payload: import('payload').Payload
declare const request: Request
declare const headers: Headers
declare const token: string
declare const id: string
declare const buildConfig: (config: Partial<import('payload').Config>) => unknown
declare const createGuard: typeof import('payload-jwt-revocation/next').createGuard
declare const jwtRevocation: typeof import('payload-jwt-revocation').jwtRevocation
declare const redisFeed: typeof import('payload-jwt-revocation/redis').redisFeed
declare const revocations: typeof import('payload-jwt-revocation').revocations
declare const userOf: (req: import('payload').PayloadRequest) => Promise<{ id: number }>
declare module '@payload-config' {
  const config: Promise<import('payload').SanitizedConfig>
  export default config
}
