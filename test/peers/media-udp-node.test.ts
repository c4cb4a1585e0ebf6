import { NodeSockets } from '../../src/media/udp/node-sockets.ts'
import { describeUdpSockets } from './udp/contract.ts'

describeUdpSockets(new NodeSockets())
