let standIns = new Map()

export function initialize(data) {
  standIns = data.standIns
}

export async function resolve(specifier, context, nextResolve) {
  const resolved = await nextResolve(specifier, context)
  const url = standIns.get(resolved.url.split('?')[0])
  return url ? { ...resolved, url, format: undefined } : resolved
}
