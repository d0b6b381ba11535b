import type { Config, PayloadRequest } from 'payload'

type Mutations = NonNullable<NonNullable<Config['graphQL']>['mutations']>

type Resolver = (
  parent: unknown,
  args: Readonly<Record<string, unknown>>,
  context: { req: PayloadRequest },
  ...rest: unknown[]
) => unknown

export type MutationWrapper = (resolve: Resolver) => Resolver

/**
 * Adds to the application's own mutations those of Payload whose name begins with one of `wrappers`,
 * their resolvers wrapped: some things that GraphQL does reach no hook.
 */
export const wrapMutations =
  (inner: Mutations | undefined, wrappers: Readonly<Record<string, MutationWrapper>>): Mutations =>
  (graphQL, schema) => {
    const fields: Record<string, { resolve: Resolver }> = schema.Mutation.fields
    const wrapped = Object.entries(fields).flatMap(([name, field]) => {
      const prefix = Object.keys(wrappers).find((each) => name.startsWith(each))
      const wrap = prefix && wrappers[prefix]
      return wrap ? [[name, { ...field, resolve: wrap(field.resolve) }]] : []
    })
    return { ...Object.fromEntries(wrapped), ...inner?.(graphQL, schema) }
  }
