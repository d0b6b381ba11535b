/** `POST /revocation/people`: what is known of the users and sessions that were named. */
export interface PeopleAnswer {
  readonly docs: readonly PersonDoc[]
}

/** A user, or whose session it is. */
export interface PersonDoc {
  /** As it was asked: `user:<collection>:<id>` or `sid:<session>`. */
  readonly subject: string
  readonly collection: string
  readonly id: string
  /** By the collection's `useAsTitle`, or the e-mail; `null` when the caller may not read it. */
  readonly title: string | null
  /** When the user's document was made (ISO date); `null` when the caller may not read it. */
  readonly createdAt: string | null
  /** No user has this id, or the user is in the trash. */
  readonly isDeleted: boolean
  /** Of a session: what its user calls it, or its device. */
  readonly device: string | null
}
