/** The service that introspects in the benchmark. */
export const SERVICE = { id: 'bench', secret: 'a-secret-of-the-service-of-the-benchmark' }
