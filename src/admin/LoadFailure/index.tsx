'use client'
import { Banner, Button } from '@payloadcms/ui'
import type { ApiError } from '../apiError.js'
import { ERROR, SMALL } from '../looks.js'
import { useStrings } from '../useStrings.js'

/** What could not be read, and a button to read it again. */
export function LoadFailure({ error, onRetry }: { error: ApiError; onRetry: () => Promise<void> }) {
  const t = useStrings()
  return (
    <div role="alert">
      <Banner type={ERROR}>{error.message}</Banner>
      <Button buttonStyle="secondary" margin={false} onClick={() => void onRetry()} size={SMALL}>
        {t('tryAgain')}
      </Button>
    </div>
  )
}
