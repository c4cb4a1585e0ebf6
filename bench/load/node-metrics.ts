/**
 * What a node tells at /metrics now.
 *
 * @param http its endpoint
 * @returns the value of a metric, by its name and labels: `yuyin_nodejs_active_resources{type="Timeout"}`; 0 when it is told
 *   with other labels only. Throws when the node does not tell it at all.
 */
export async function metricsOf(http: string): Promise<(metric: string) => number> {
  const answer = await fetch(new URL('/metrics', http))
  const lines = (await answer.text()).split('\n')
  return (metric) => {
    const line = lines.find((one) => one.startsWith(`${metric} `))
    if (line !== undefined) return Number(line.slice(metric.length + 1))
    const [name] = metric.split('{')
    if (name !== metric && lines.some((one) => one.startsWith(`${name}{`))) return 0
    throw new Error(`the node does not tell ${metric}`)
  }
}
