/** Like a loader that lost its work: the process ends well before anything was done. */
process.exit(0)
