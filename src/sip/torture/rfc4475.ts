import { allowedMethods } from '../message/methods.ts'
import type { TortureRow } from './torture-message.ts'

const notServed: TortureRow['agent'] = { status: 405, header: ['allow', allowedMethods] }
const unknownMethod: TortureRow['agent'] = { status: 501, header: ['allow', allowedMethods] }
const malformed = (reason: string): Pick<TortureRow, 'parsed' | 'agent'> => ({
  parsed: { malformed: reason },
  agent: { status: 400 },
})

const noRegistrar = 'no registrar here: RFC 3261 §8.2.1'

/** RFC 4475: all 49 messages, in its order. */
export const rfc4475: readonly TortureRow[] = [
  { name: 'wsinv', section: '3.1.1.1', parsed: 'sound', agent: { status: 481 }, because: 'its To has a tag' },
  { name: 'intmeth', section: '3.1.1.2', parsed: 'sound', agent: unknownMethod },
  { name: 'esc01', section: '3.1.1.3', parsed: 'sound', agent: 'call' },
  { name: 'escnull', section: '3.1.1.4', parsed: 'sound', agent: notServed, because: noRegistrar },
  { name: 'esc02', section: '3.1.1.5', parsed: 'sound', agent: unknownMethod },
  { name: 'lwsdisp', section: '3.1.1.6', parsed: 'sound', agent: { status: 200 } },
  { name: 'longreq', section: '3.1.1.7', parsed: 'sound', agent: 'call' },
  { name: 'dblreq', section: '3.1.1.8', parsed: 'sound', agent: notServed, because: noRegistrar },
  { name: 'semiuri', section: '3.1.1.9', parsed: 'sound', agent: { status: 200 } },
  { name: 'transports', section: '3.1.1.10', parsed: 'sound', agent: { status: 200 } },
  { name: 'mpart01', section: '3.1.1.11', parsed: 'sound', agent: notServed, because: 'no MESSAGE here' },
  { name: 'unreason', section: '3.1.1.12', parsed: 'sound', agent: 'drop', because: 'an answer to nothing' },
  { name: 'noreason', section: '3.1.1.13', parsed: 'sound', agent: 'drop', because: 'an answer to nothing' },

  { name: 'badinv01', section: '3.1.2.1', ...malformed('Bad Via Header') },
  { name: 'clerr', section: '3.1.2.2', ...malformed('Body Shorter Than Content-Length') },
  { name: 'ncl', section: '3.1.2.3', ...malformed('Bad Content-Length') },
  { name: 'scalar02', section: '3.1.2.4', ...malformed('Bad CSeq Header') },
  { name: 'scalarlg', section: '3.1.2.5', parsed: { malformed: 'Bad CSeq Header' }, agent: 'drop' },
  { name: 'quotbal', section: '3.1.2.6', ...malformed('Bad To Header') },
  { name: 'ltgtruri', section: '3.1.2.7', ...malformed('Bad Request-URI') },
  { name: 'lwsruri', section: '3.1.2.8', ...malformed('Bad Request-URI') },
  {
    name: 'lwsstart',
    section: '3.1.2.9',
    ...malformed('Extra White Space In Request Line'),
    because: 'ignoring the spaces is allowed too',
  },
  {
    name: 'trws',
    section: '3.1.2.10',
    ...malformed('Extra White Space In Request Line'),
    because: 'ignoring the spaces is allowed too',
  },
  {
    name: 'escruri',
    section: '3.1.2.11',
    parsed: 'sound',
    agent: { status: 400 },
    because: 'a rule of RFC 3261 §19.1.1 about meaning; ignoring the headers is allowed too',
  },
  {
    name: 'baddate',
    section: '3.1.2.12',
    parsed: 'sound',
    agent: 'call',
    because: 'nobody here reads Date, and then it should not be a reason to refuse',
  },
  { name: 'regbadct', section: '3.1.2.13', ...malformed('Bad Contact Header') },
  { name: 'badaspec', section: '3.1.2.14', ...malformed('Bad To Header') },
  { name: 'baddn', section: '3.1.2.15', ...malformed('Bad From Header') },
  { name: 'badvers', section: '3.1.2.16', parsed: { malformed: 'Version Not Supported' }, agent: { status: 505 } },
  { name: 'mismatch01', section: '3.1.2.17', ...malformed('CSeq Method Does Not Match') },
  {
    name: 'mismatch02',
    section: '3.1.2.18',
    parsed: { malformed: 'Not Implemented' },
    agent: unknownMethod,
    because: '400 is allowed too, 501 is preferred',
  },
  { name: 'bigcode', section: '3.1.2.19', parsed: 'garbage', agent: 'drop' },

  {
    name: 'badbranch',
    section: '3.2.1',
    parsed: 'sound',
    agent: { status: 200 },
    because: 'matched as a request of before RFC 3261; 400 is allowed too',
  },

  { name: 'insuf', section: '3.3.1', ...malformed('Bad From Header') },
  { name: 'unkscm', section: '3.3.2', parsed: 'sound', agent: { status: 416 } },
  { name: 'novelsc', section: '3.3.3', parsed: 'sound', agent: { status: 416 } },
  { name: 'unksm2', section: '3.3.4', parsed: 'sound', agent: notServed, because: noRegistrar },
  {
    name: 'bext01',
    section: '3.3.5',
    parsed: 'sound',
    agent: { status: 420, header: ['unsupported', 'nothingSupportsThis, nothingSupportsThisEither'] },
  },
  {
    name: 'invut',
    section: '3.3.6',
    parsed: 'sound',
    agent: { status: 415, header: ['accept', 'application/sdp, application/dtmf-relay, application/dtmf'] },
  },
  { name: 'regaut01', section: '3.3.7', parsed: 'sound', agent: notServed, because: noRegistrar },
  { name: 'multi01', section: '3.3.8', ...malformed('More Than One from Header') },
  { name: 'mcl01', section: '3.3.9', ...malformed('More Than One Content-Length') },
  { name: 'bcast', section: '3.3.10', parsed: 'sound', agent: 'drop', because: 'an answer to nothing' },
  { name: 'zeromf', section: '3.3.11', parsed: 'sound', agent: { status: 200 }, because: 'no proxy here' },
  { name: 'cparam01', section: '3.3.12', parsed: 'sound', agent: notServed, because: noRegistrar },
  { name: 'cparam02', section: '3.3.13', parsed: 'sound', agent: notServed, because: noRegistrar },
  { name: 'regescrt', section: '3.3.14', parsed: 'sound', agent: notServed, because: noRegistrar },
  { name: 'sdp01', section: '3.3.15', parsed: 'sound', agent: { status: 406 } },
  { name: 'inv2543', section: '3.4.1', parsed: 'sound', agent: 'call' },
]
