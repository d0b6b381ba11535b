/** What is to end or to be explained, named in the same way in code, over REST and by command. */
export type Target =
  /** A token, by its text: its signature is checked. */
  | { readonly token: string }
  /** A token, by its id. */
  | { readonly jti: string }
  /** A session and every token refreshed from it, by its `sid`. */
  | { readonly session: string }
  /** Every token of a user; those of a session that is spared live on. */
  | { readonly user: TargetUser }
  /** Every token of everyone. */
  | { readonly everyone: true }

/** A user whose tokens are meant. */
export interface TargetUser {
  readonly collection: string
  readonly id: number | string
  /** The session (`sid`) that lives on; for revoking alone. */
  readonly exceptSession?: string | undefined
}
