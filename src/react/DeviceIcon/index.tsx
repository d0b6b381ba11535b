const PHONE = /iphone|ipod|android(?!.*tablet).*mobile|mobile.*firefox|windows phone/i
const TABLET = /ipad|tablet|android/i

/** A drawing that says nothing the text does not say. */
export function DeviceIcon({ userAgent }: { userAgent: string | null }) {
  return (
    <svg aria-hidden="true" fill="none" height="28" viewBox="0 0 24 24" width="28">
      <path
        d={pathFor(userAgent ?? '')}
        stroke="currentColor"
        strokeLinecap="round"
        strokeWidth="1.5"
      />
    </svg>
  )
}

function pathFor(userAgent: string): string {
  if (PHONE.test(userAgent))
    return 'M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1ZM11 18h2'
  if (TABLET.test(userAgent))
    return 'M5 3h14a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1ZM11 18h2'
  return 'M5 5h14a1 1 0 0 1 1 1v9H4V6a1 1 0 0 1 1-1ZM2 19h20'
}
