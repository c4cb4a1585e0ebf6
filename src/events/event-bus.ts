import { EventEmitter } from 'node:events'
import type { EventMap } from './event-map.ts'

/** The one bus of a node. Listeners must not throw: a listener that fails ends the process, as a bug should. */
export type EventBus = EventEmitter<EventMap>

export function createEventBus(): EventBus {
  const bus = new EventEmitter<EventMap>()
  bus.setMaxListeners(100)
  return bus
}
