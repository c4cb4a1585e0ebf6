import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { headerFolders } from './build-native.js'

/**
 * @typedef {object} NeededPackage
 * @property {string} name Debian package
 * @property {string} program file name of the program that the tests start
 * @property {readonly RegExp[]} suites test files that cannot run without it
 */

/**
 * Programs that tests use and that are not ours: the one list. Headless variants where there is a choice.
 * @type {readonly NeededPackage[]}
 */
export const neededPackages = [
  {
    name: 'sip-tester',
    program: 'sipp',
    suites: [/^test\/peers\/sip-(?!baresip)/, /^test\/peers\/.*sipp/, /^test\/peers\/crash-/],
  },
  { name: 'baresip-core', program: 'baresip', suites: [/^test\/peers\/.*baresip/] },
  { name: 'kamailio', program: 'kamailio', suites: [/^test\/peers\/.*kamailio/] },
  { name: 'kamailio-tls-modules', program: 'tls.so', suites: [/^test\/peers\/.*kamailio/] },
  { name: 'coturn', program: 'turnserver', suites: [/^test\/peers\/.*coturn/] },
  { name: 'dnsmasq-base', program: 'dnsmasq', suites: [/^test\/peers\/sip-dnsmasq/] },
  { name: 'openssl', program: 'openssl', suites: [/^test\/peers\/sip-.*openssl/] },
  { name: 'postgresql', program: 'postgres', suites: [/^test\/peers\/store-postgresql/] },
  { name: 'sox', program: 'sox', suites: [/^test\/peers\/media-recording/, /^test\/peers\/recordings-.*sox/] },
  { name: 'python3-swift', program: 'swift', suites: [/^test\/peers\/recordings-.*swift/] },
  { name: 'tshark', program: 'tshark', suites: [/^test\/peers\/.*tshark/] },
  { name: 'gcc', program: 'cc', suites: [/^test\/peers\/media-udp-native/] },
  { name: 'libc6-dev', program: 'epoll.h', suites: [/^test\/peers\/media-udp-native/] },
  { name: 'libnode-dev', program: 'node_api.h', suites: [/^test\/peers\/media-udp-native/] },
  { name: 'libuv1-dev', program: 'uv.h', suites: [/^test\/peers\/media-udp-native/] },
  { name: 'espeak-ng', program: 'espeak-ng', suites: [/^test\/peers\/speech-espeak/] },
]

/**
 * The packages whose program is not on this machine.
 * @param {readonly string[]} [folders] where to look; by default `PATH` and PostgreSQL's own folders
 */
export function missingPackages(folders = programFolders()) {
  return neededPackages.filter(({ program }) => !folders.some((folder) => existsSync(join(folder, program))))
}

/**
 * What cannot run without some packages.
 * @param {readonly NeededPackage[]} missing
 * @param {readonly string[]} testFiles relative to the repository
 * @returns {{ file: string, packages: string[] }[]}
 */
export function suitesWithout(missing, testFiles) {
  return testFiles
    .map((file) => ({
      file,
      packages: missing.filter(({ suites }) => suites.some((suite) => suite.test(file))).map(({ name }) => name),
    }))
    .filter(({ packages }) => packages.length > 0)
}

/**
 * Debian keeps PostgreSQL's server out of PATH (/usr/lib/postgresql/15/bin), kamailio's modules in a folder of the machine's
 * architecture, and daemons in folders that not every user has in PATH. Swift is a folder among Python's packages, Node's headers are
 * a file beside Node or in a folder of their own.
 */
function programFolders() {
  const versions = '/usr/lib/postgresql'
  const servers = existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, 'bin')) : []
  const libraries = (existsSync('/usr/lib') ? readdirSync('/usr/lib') : []).map((folder) =>
    join('/usr/lib', folder, 'kamailio', 'modules'),
  )
  const path = (process.env['PATH'] ?? '').split(delimiter)
  const headers = [
    ...headerFolders(),
    '/usr/include',
    '/usr/include/sys',
    '/usr/include/x86_64-linux-gnu/sys',
    '/usr/include/aarch64-linux-gnu/sys',
  ]
  return [...path, '/usr/sbin', '/sbin', ...servers, ...libraries, '/usr/lib/python3/dist-packages', ...headers]
}
