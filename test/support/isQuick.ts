/** Whether this is `npm run test:quick`. CONTRIBUTING.md says what that leaves out. */
export const isQuick = process.env.TESTS_QUICK === 'true'

/** How often a property is tried. */
export const runs = (count: number) => ({ numRuns: isQuick ? Math.ceil(count / 10) : count })
