/** Draws docs/call-flow.md from the tables of the call: its states and its outcomes. `--check`: only compares. */
import { callOutcomes } from '../src/domain/call/call-outcome.ts'
import { callStates } from '../src/domain/call/call-states.ts'
import { drawMachine, tableOfMachine } from './pages/draw-machine.ts'
import { generatedPage } from './pages/generated-page.ts'
import { markdownTable } from './pages/markdown-table.ts'

const outcomes = Object.entries(callOutcomes).map(([outcome, row]) => [
  `\`${outcome}\``,
  ...[row.statusCode, row.smartStatus, row.doing, row.text],
])

generatedPage(
  'docs/call-flow.md',
  'tools/call-flow-page.ts',
  `
# The life of a call

From [call-states.ts](../src/domain/call/call-states.ts). A call is \`queued\` from the moment it is on disk, and \`ended\`
together with its record. Before it leaves \`queued\` the attempt is on disk, so that no phone rings twice for it.

${drawMachine(callStates)}

Every pair of state and event; where nothing stands, the event is refused as an illegal move:

${tableOfMachine(callStates)}

# How a call can end

From [call-outcome.ts](../src/domain/call/call-outcome.ts). The code is \`status_code\` of the receipt; *doing* says where
an operator looks first: with the callee, in the network, here, or with the caller.

${markdownTable(['Outcome', 'Code', 'Smart status', 'Doing', 'Text of the receipt'], outcomes).join('\n')}

# What the network plays before the answer

With \`earlyMedia: recognise\` (the default) a node listens to it, on both legs of a double call, from the first packet to the
answer or the end; an answer makes it forget what it heard.

| Heard | What the node does | Outcome, \`status_code\` | \`early_media_code\` |
| --- | --- | --- | --- |
| an announcement of the library | gives the attempt up at once (CANCEL) | that of the announcement | the same code |
| a tone that says no (busy, congestion) | waits for the network's own answer, or the end of the ringing time | the network's; that of the tone when the network's is vague (\`noAnswer\`, \`unreachable\`, \`networkBusy\`) | that of the tone |
| something that is not in the library | waits | the network's | 200130 |
| silence, ringing | waits | the network's | none |
`,
)
