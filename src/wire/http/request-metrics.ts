import { Counter, Histogram, type Registry } from 'prom-client'

/** Counts and times the answers of the signed API. */
export interface RequestMetrics {
  /** @param code `OK`, a business code, or the name of the gateway's row: never a parameter's name */
  answered(operation: string, code: string, seconds: number): void
}

export function createRequestMetrics(registry: Registry): RequestMetrics {
  const answers = new Counter({
    name: 'yuyin_api_requests_total',
    help: 'Answered requests of the signed API, by operation and code.',
    labelNames: ['operation', 'code'] as const,
    registers: [registry],
  })
  const durations = new Histogram({
    name: 'yuyin_api_request_seconds',
    help: 'Time from the complete request to its answer, by operation.',
    labelNames: ['operation'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  })
  return {
    answered(operation, code, seconds) {
      const label = operation === '' ? 'unknown' : operation
      answers.inc({ operation: label, code })
      durations.observe({ operation: label }, seconds)
    },
  }
}
