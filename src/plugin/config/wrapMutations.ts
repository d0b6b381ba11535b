import type { Config, PayloadRequest } from 'payload'

type Mutations = NonNullable<NonNullable<Config['graphQL']>['mutations']>
type GraphQL = Parameters<Mutations>[0]

type Resolver = (
  parent: unknown,
  args: Readonly<Record<string, unknown>>,
  context: { req: PayloadRequest },
  ...rest: unknown[]
) => unknown

export type MutationWrapper = (resolve: Resolver) => Resolver

interface WrappedMutation {
  wrap: MutationWrapper
  /** More arguments of the mutation, besides its own. */
  args?: (graphQL: GraphQL) => object
}

/**
 * Wraps the resolvers of Payload's mutations whose name begins with one of `wrappers`, and adds
 * them to the application's own mutations. Some GraphQL operations call no hook.
 */
export const wrapMutations =
  (inner: Mutations | undefined, wrappers: Readonly<Record<string, WrappedMutation>>): Mutations =>
  (graphQL, schema) => {
    const fields: Record<string, { args?: object; resolve: Resolver }> = schema.Mutation.fields
    const wrapped = Object.entries(fields).flatMap(([name, field]) => {
      const prefix = Object.keys(wrappers).find((each) => name.startsWith(each))
      const wrapper = prefix === undefined ? undefined : wrappers[prefix]
      if (!wrapper) return []
      const args = { ...field.args, ...wrapper.args?.(graphQL) }
      return [[name, { ...field, args, resolve: wrapper.wrap(field.resolve) }]]
    })
    return { ...Object.fromEntries(wrapped), ...inner?.(graphQL, schema) }
  }
