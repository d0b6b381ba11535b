/** Whether this is `next build`, which also starts Payload when a static page asks for it. */
export const isBuilding = () => process.env.NEXT_PHASE === 'phase-production-build'
