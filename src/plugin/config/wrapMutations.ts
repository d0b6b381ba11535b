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
  /** Arguments that the mutation gets beside its own. */
  args?: (graphQL: GraphQL) => object
}

/**
 * Adds to the application's own mutations those of Payload whose name begins with one of `wrappers`,
 * their resolvers wrapped: some things that GraphQL does reach no hook.
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
