/**
 * Sizes of buttons and colours of banners, by the names of Payload 3. Payload 4 has other names, so
 * its types do not know these; `styles.css` gives them the look of its own.
 */
export const SMALL = 'small' as string as 'medium'
export const TINY = 'xsmall' as string as 'medium'
export const ERROR = 'error' as string as 'warning'
export const INFO = 'info' as string as 'warning'
