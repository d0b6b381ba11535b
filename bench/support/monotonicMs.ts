/** The system's monotonic clock, which all processes of a machine share, in milliseconds. */
export const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6
