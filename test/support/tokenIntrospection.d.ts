/** The package has no types of its own. */
declare module 'token-introspection' {
  interface Options {
    endpoint: string
    fetch: (url: string, init: object) => Promise<Response>
    client_id?: string
    client_secret?: string
    access_token?: string
  }
  interface TokenIntrospection {
    (options: Options): (token: string, hint?: string) => Promise<object>
    errors: { TokenNotActiveError: new () => Error }
  }
  const tokenIntrospection: TokenIntrospection
  export default tokenIntrospection
}
