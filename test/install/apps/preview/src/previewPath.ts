/** Leads the panel's preview through the route that switches Next.js' draft mode on. */
export function previewPath(path: string) {
  const query = new URLSearchParams({ path, previewSecret: process.env.PREVIEW_SECRET || '' })
  return `/next/preview?${query}`
}
