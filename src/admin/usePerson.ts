'use client'
import { useAuth } from '@payloadcms/ui'
import { useEffect, useState } from 'react'
import type { PeopleAnswer, PersonDoc } from '../wire/personDoc.js'
import { type Api, useApi } from './useApi.js'

/** So long a name does for all of the panel, in milliseconds. */
const FRESH_MS = 30_000
/** What is shown at the same time is asked for together, in milliseconds. */
const GATHER_MS = 20
/** As the server takes them. */
const MAX_SUBJECTS = 200

interface Names {
  readonly known: Map<string, { readonly at: number; readonly person: Promise<PersonDoc | null> }>
  readonly waiting: Map<string, (person: PersonDoc | null) => void>
}

/** By who reads: another administrator may read other names. */
const names = new Map<string, Names>()

/**
 * The user of `user:<collection>:<id>`, or whose session `sid:…` is. One request for all that a page
 * shows. `undefined` until it is known; `null` when nothing is.
 */
export function usePerson(subject: string | undefined): PersonDoc | null | undefined {
  const api = useApi()
  const { user } = useAuth()
  const [person, setPerson] = useState<PersonDoc | null>()
  const reader = user ? `${user.collection}:${user.id}` : ''

  useEffect(() => {
    if (!subject) return
    let isLate = false
    void ask(namesFor(reader), subject, api).then((found) => isLate || setPerson(found))
    return () => {
      isLate = true
    }
  }, [api, reader, subject])

  return subject ? person : null
}

function namesFor(reader: string): Names {
  const own = names.get(reader) ?? { known: new Map(), waiting: new Map() }
  if (!names.has(reader)) names.clear()
  names.set(reader, own)
  return own
}

function ask({ known, waiting }: Names, subject: string, api: Api) {
  const now = Date.now()
  const found = known.get(subject)
  if (found && now - found.at < FRESH_MS) return found.person
  const person = new Promise<PersonDoc | null>((resolve) => waiting.set(subject, resolve))
  known.set(subject, { at: now, person })
  if (waiting.size === 1) setTimeout(() => void send(waiting, api), GATHER_MS)
  return person
}

async function send(waiting: Names['waiting'], api: Api) {
  const asked = [...waiting].slice(0, MAX_SUBJECTS)
  for (const [subject] of asked) waiting.delete(subject)
  if (waiting.size > 0) void send(waiting, api)
  const subjects = asked.map(([subject]) => subject)
  // A name is a help and no more: without it the id is shown.
  const { docs } = await api
    .post<PeopleAnswer>('/revocation/people', { subjects })
    .catch((): PeopleAnswer => ({ docs: [] }))
  const found = new Map(docs.map((each) => [each.subject, each]))
  for (const [subject, resolve] of asked) resolve(found.get(subject) ?? null)
}
