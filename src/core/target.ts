/** What to revoke or to explain. It has the same form in code, over REST and in the command. */
export type Target =
  /** A token, by its text. The signature is checked. */
  | { readonly token: string }
  /** A token, by its id. */
  | { readonly jti: string }
  /** A session and every token refreshed from it, by its `sid`. */
  | { readonly session: string }
  /** Every token of a user, except those of a session that is spared. */
  | { readonly user: TargetUser }
  /** Every token of everyone. */
  | { readonly everyone: true }

/** A user whose tokens are meant. */
export interface TargetUser {
  readonly collection: string
  readonly id: number | string
  /** The session (`sid`) that stays valid. Only for revoking. */
  readonly exceptSession?: string | undefined
}
