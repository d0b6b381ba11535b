import { describeProof } from '../support/proofSuite.js'

describeProof('embedded', { redisUrl: () => undefined })
