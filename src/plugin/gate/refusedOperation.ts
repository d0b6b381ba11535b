import type { Config, PayloadRequest } from 'payload'
import { refusalOfRequest } from '../request/requestState.js'
import { logRefusedRequest } from './refusedAtLast.js'

type ValidationRules = NonNullable<NonNullable<Config['graphQL']>['validationRules']>
type Arguments = Parameters<ValidationRules>[0]
type Definition = Arguments['document']['definitions'][number]
type Operation = Extract<Definition, { kind: 'OperationDefinition' }>
type Fragment = Extract<Definition, { kind: 'FragmentDefinition' }>
type SelectionSet = Operation['selectionSet']

/**
 * Logs a refused GraphQL request. Authentication is too early for that, because a sign-in needs no
 * good token, and the operation is known only later: when Payload asks for its validation rules.
 * This adds no rule to the application's own.
 */
export const logRefusedOperation =
  (inner: ValidationRules | undefined): ValidationRules =>
  (args) => {
    // An application may serve Payload's schema itself, and validate without a context.
    const { req } = (args.contextValue ?? {}) as { req?: PayloadRequest }
    const refusal = req && !req.user ? refusalOfRequest(req) : undefined
    if (req && refusal && !isSignIn(args)) logRefusedRequest(req, refusal)
    return inner?.(args) ?? []
  }

/** `refreshToken…` is refused, and then logged, by its own mutation. */
const SIGN_INS = ['login', 'forgotPassword', 'resetPassword', 'verifyEmail', 'refreshToken']

function isSignIn({ document: { definitions }, operationName }: Arguments): boolean {
  const operation = definitions.find(
    (each): each is Operation =>
      each.kind === 'OperationDefinition' && (!operationName || each.name?.value === operationName),
  )
  if (operation?.operation !== 'mutation') return false
  const fragments = definitions.filter((each) => each.kind === 'FragmentDefinition')
  const names = fieldsOf(operation.selectionSet, new Set(fragments))
  return names.every((name) => SIGN_INS.some((prefix) => name.startsWith(prefix)))
}

/** The names of the fields, also of those in fragments. Each fragment is entered once. */
function fieldsOf({ selections }: SelectionSet, fragments: Set<Fragment>): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === 'Field') return selection.name.value
    if (selection.kind === 'InlineFragment') return fieldsOf(selection.selectionSet, fragments)
    const fragment = [...fragments].find(({ name }) => name.value === selection.name.value)
    if (!fragment) return []
    fragments.delete(fragment)
    return fieldsOf(fragment.selectionSet, fragments)
  })
}
