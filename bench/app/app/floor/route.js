/** What Next.js itself takes to answer at all. */
export const dynamic = 'force-dynamic'

export const GET = () => new Response(null, { status: 401 })
